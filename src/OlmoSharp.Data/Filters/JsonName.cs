using System.Text;

namespace OlmoSharp.Data.Filters;

/// <summary>The name of an object's member as a filter asks for it.</summary>
/// <param name="text">The name.</param>
internal sealed class JsonName(string text)
{
    /// <summary>The name.</summary>
    public string Text { get; } = text;

    /// <summary>The name in UTF-8.</summary>
    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(text);

    /// <summary>Where an attribute of this name is kept during a row, so that no name is compared twice (see <see cref="FilterNames"/>); −1: nowhere.</summary>
    public int Slot { get; init; } = -1;
}
