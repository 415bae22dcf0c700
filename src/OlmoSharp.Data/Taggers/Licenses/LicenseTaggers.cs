namespace OlmoSharp.Data.Taggers.Licenses;

/// <summary>The taggers of licences.</summary>
internal static class LicenseTaggers
{
    public static IEnumerable<TaggerDescription> All =>
    [
        Of("cc_re", inTags: true, "Creative Commons licences that a page links to, with their versions"),
        Of("cc_re_fast", inTags: false, "Creative Commons licences whose addresses are in a page, without versions"),
    ];

    private static TaggerDescription Of(string name, bool inTags, string summary) =>
        TaggerDescription.Of<CreativeCommonsParameters>(name, summary, parameters => () => new CreativeCommonsTagger(parameters, inTags));
}
