namespace OlmoSharp.Data.Taggers.Urls;

/// <summary>The taggers of lists of URLs: two for any list, and those of Dolma, which differ only in the lists that Dolma fetches for them.</summary>
internal static class UrlTaggers
{
    private static readonly string[] DomainLists =
    [
        "domain_blocklist_utp_v1", "domain_blocklist_phishing_v1",
        "oisd_small_abp_v1", "oisd_big_abp_v1", "oisd_nsfw_abp_v1", "brave_core_abp_v1", "brave_nsfw_abp_v1",
        "blocklist_project_nsfw_v1", "blocklist_project_social_v1", "blocklist_project_crime_v1", "blocklist_project_vice_v1", "blocklist_project_ads_v1",
        "blocklist_firebog_ads_v1", "blocklist_firebog_crypto_v1", "blocklist_firebog_malicious_v1", "blocklist_firebog_nsfw_v1", "blocklist_firebog_social_v1",
        "blocklist_firebog_suspicious_v1", "blocklist_firebog_trackers_v1",
        "blocklist_hosts_adware_malware_v1", "blocklist_hosts_fakenews_v1", "blocklist_hosts_gambling_v1", "blocklist_hosts_porn_v1", "blocklist_hosts_social_v1",
    ];

    public static IEnumerable<TaggerDescription> All =>
    [
        Of("domain_blocklist_v1", AddressKind.Host, isAllowList: false, "documents of hosts in your lists"),
        Of("domain_allowlist_v1", AddressKind.Domain, isAllowList: true, "documents of hosts in your lists, or of their subdomains"),
        Of("link_blocklist_v1", AddressKind.Link, isAllowList: false, "documents of pages in your lists of links"),
        .. DomainLists.Select(name => Of(name, AddressKind.Host, isAllowList: false, "as domain_blocklist_v1, by the name that Dolma gives this list")),
        Of("link_blocklist_phishing_v1", AddressKind.Link, isAllowList: false, "as link_blocklist_v1, by the name that Dolma gives this list"),
        Of("allowlist_wikidata_v1", AddressKind.Domain, isAllowList: true, "as domain_allowlist_v1, by the name that Dolma gives this list"),
        Of("allowlist_wikidata_cleaned_v1", AddressKind.Domain, isAllowList: true, "as domain_allowlist_v1, by the name that Dolma gives this list"),
    ];

    private static TaggerDescription Of(string name, AddressKind kind, bool isAllowList, string summary) =>
        TaggerDescription.Of<UrlListParameters>(name, summary, parameters => Load(name, parameters, kind)) with
        {
            Thresholds = [new("url", isAllowList ? "none: the document is not of the list" : "any", "Dolma")],
        };

    private static Func<ITagger> Load(string name, UrlListParameters parameters, AddressKind kind)
    {
        if (kind == AddressKind.Link && parameters.Subdomains is not null)
        {
            throw new DataException($"tagger {name}: subdomains is for lists of hosts, and this is one of pages. Remove it, or write ||host^ for a host with its subdomains.");
        }

        var plain = kind == AddressKind.Link || parameters.Subdomains is not { } subdomains ? kind : subdomains ? AddressKind.Domain : AddressKind.Host;
        var reader = new AddressListReader(plain, parameters.SkipUnknown);
        foreach (var path in parameters.Lists)
        {
            reader.Read(path, allows: false);
        }

        foreach (var path in parameters.Allow)
        {
            reader.Read(path, allows: true);
        }

        var (listed, allowed) = (reader.ListedSet(), reader.AllowedSet());
        return () => new UrlListTagger(listed, allowed);
    }
}
