using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using SmartReader;

namespace OlmoSharp.Data.Warc;

/// <summary>Finds the main text of a page: the article that SmartReader (Mozilla's Readability) finds in it, else all of its visible text.</summary>
internal static class PageText
{
    // Readability walks the tree by recursion; no page for people is as deep.
    private const int DeepestArticle = 500;

    private static readonly HashSet<string> Hidden = new(["script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select", "button"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Blocks = new(
        [
            "address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
            "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The text, a line for each block; empty where there is none.</summary>
    /// <param name="html">The page.</param>
    /// <param name="url">Its address.</param>
    /// <param name="isWhole">Whether no article was found, so that it is all of the page's text.</param>
    public static string Extract(string html, string url, out bool isWhole)
    {
        var parser = new HtmlParser();
        using var page = parser.ParseDocument(html);
        if (Depth(page) <= DeepestArticle && Article(page, url) is { } article)
        {
            using var content = parser.ParseDocument(article);
            var text = Render(content);
            if (text.Length > 0)
            {
                isWhole = false;
                return text;
            }
        }

        isWhole = true;
        using var again = parser.ParseDocument(html);
        return Render(again);
    }

    private static string? Article(IHtmlDocument page, string url)
    {
        try
        {
            using var reader = new Reader(Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.AbsoluteUri : "http://localhost/", page);
            var article = reader.GetArticle();
            return article.IsReadable ? article.Content : null;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or NullReferenceException or FormatException or IndexOutOfRangeException or DomException)
        {
            // SmartReader gives up on some pages by an exception of any kind; the whole text is left.
            return null;
        }
    }

    private static int Depth(IDocument page)
    {
        var (depth, deepest) = (0, 0);
        for (INode? node = page; node is not null;)
        {
            if (node.FirstChild is { } child)
            {
                node = child;
                deepest = Math.Max(deepest, ++depth);
                continue;
            }

            while (node is not null && node.NextSibling is null)
            {
                node = node.Parent;
                depth--;
            }

            node = node?.NextSibling;
        }

        return deepest;
    }

    private static string Render(IDocument page)
    {
        var text = new StringBuilder();
        var keeps = 0;
        for (INode? node = page.DocumentElement; node is not null;)
        {
            var element = node as IElement;
            var isHidden = element is not null && (Hidden.Contains(element.LocalName) || element.HasAttribute("hidden"));
            switch (node)
            {
                case IElement when !isHidden:
                    Break(text, element!);
                    keeps += element!.LocalName == "pre" ? 1 : 0;
                    break;
                case IText words:
                    Append(text, words.Data, keeps > 0);
                    break;
            }

            if (!isHidden && node.FirstChild is { } child)
            {
                node = child;
                continue;
            }

            while (node is not null)
            {
                if (node is IElement closed && !Hidden.Contains(closed.LocalName) && !closed.HasAttribute("hidden"))
                {
                    Break(text, closed);
                    keeps -= closed.LocalName == "pre" ? 1 : 0;
                }

                if (node.NextSibling is { } next)
                {
                    node = next;
                    break;
                }

                node = node.Parent;
            }
        }

        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd(' ', '\t', '\r')).Where(line => line.Length > 0));
    }

    private static void Break(StringBuilder text, IElement element)
    {
        if (element.LocalName == "br" || Blocks.Contains(element.LocalName))
        {
            text.Append('\n');
        }
    }

    private static void Append(StringBuilder text, string words, bool keepsSpace)
    {
        if (keepsSpace)
        {
            text.Append(words);
            return;
        }

        foreach (var c in words)
        {
            // HTML's own white space; a no-break space is none.
            if (c is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                if (text.Length > 0 && text[^1] is not (' ' or '\n'))
                {
                    text.Append(' ');
                }
            }
            else
            {
                text.Append(c);
            }
        }
    }
}
