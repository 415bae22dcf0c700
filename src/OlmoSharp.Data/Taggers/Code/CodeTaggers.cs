namespace OlmoSharp.Data.Taggers.Code;

/// <summary>The taggers of code.</summary>
internal static class CodeTaggers
{
    private const string RedPajama = "RedPajama, as in Dolma's analysis";
    private const string StarCoder = "StarCoder";
    private const string DolmaStarCoder = "StarCoder, as in Dolma's analysis";

    public static IEnumerable<TaggerDescription> All =>
    [
        TaggerDescription.Of("code_redpajama_taggers_v1", "RedPajama's measures of code: lengths of lines, letters and numbers, letters for each token", () => new RedPajamaTagger()) with
        {
            Thresholds =
            [
                new("max_line_length_doc", "> 1000", RedPajama),
                new("avg_line_length_doc", "> 100", RedPajama),
                new("alnum_prop_doc", "< 0.25", RedPajama),
                new("alpha_token_prop_doc", "< 1.5", RedPajama),
            ],
        },
        OfStarCoder(1, "nl_ratio_doc", "StarCoder's measures of code: XML declaration, stars, part of comments (Python, Java, JavaScript, HTML), part of text in HTML"),
        OfStarCoder(2, "code_to_comment_ratio_doc", "as code_starcoder_taggers_v1; comments of Python, Java and JavaScript, 0.5 for any other language"),
        TaggerDescription.Of("code_copyright_comments_v1", "the licence comment at the head of a file, and the part of the file that it is", () => new CopyrightCommentTagger()) with
        {
            Thresholds = [new("copyright_notice", "any: the comment is removed", "RedPajama"), new("comment_block", "any: the lines are removed", "RedPajama")],
        },
    ];

    private static TaggerDescription OfStarCoder(int version, string comments, string summary) =>
        TaggerDescription.Of($"code_starcoder_taggers_v{version}", summary, () => new StarCoderTagger(version)) with
        {
            Thresholds =
            [
                new("has_xml_template_doc", "> 0", StarCoder),
                new(comments, "<= 0.01 or > 0.8", DolmaStarCoder),
                new("code_to_text_ratio_html_doc", "< 0.2", StarCoder),
                new("code_to_text_ratio_html_doc", "<= 0.1", DolmaStarCoder),
            ],
        };
}
