using System.Globalization;
using System.Text;

namespace OlmoSharp.Tokenization;

/// <summary>Unicode normalization form C (Unicode Standard Annex 15). .NET's own returns text unchanged where globalization is invariant.</summary>
internal sealed class CanonicalNormalization
{
    // Hangul syllables are composed by arithmetic: The Unicode Standard, section 3.12.
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TrailCount;

    // Every character before this one is its own normal form, whatever follows it is what may change it.
    private const char FirstCombining = '\u0300';

    private static readonly Lazy<CanonicalNormalization> Shared = new(() => new CanonicalNormalization());

    private readonly Dictionary<int, byte> _combiningClasses = [];
    private readonly Dictionary<int, (int First, int Second)> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly HashSet<int> _mayChange = [];

    private CanonicalNormalization()
    {
        using Stream stream = typeof(CanonicalNormalization).Assembly.GetManifestResourceStream("CanonicalNormalization.txt")!;
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is string line)
        {
            string[] fields = line.Split(' ');
            switch (fields[0])
            {
                case "K":
                    for (int code = Hex(fields[1]); code <= Hex(fields[2]); code++)
                    {
                        _combiningClasses.Add(code, byte.Parse(fields[3], CultureInfo.InvariantCulture));
                        _mayChange.Add(code);
                    }
                    break;
                case "D":
                    _decompositions.Add(Hex(fields[1]), (Hex(fields[2]), Hex(fields[3])));
                    _compositions.Add((Hex(fields[2]), Hex(fields[3])), Hex(fields[1]));
                    _mayChange.Add(Hex(fields[3]));
                    break;
                case "X":
                    _decompositions.Add(Hex(fields[1]), (Hex(fields[2]), fields.Length > 3 ? Hex(fields[3]) : 0));
                    _mayChange.Add(Hex(fields[1]));
                    break;
            }
        }
        for (int code = VowelBase; code < TrailBase + TrailCount; code++)
        {
            _mayChange.Add(code);
        }
    }

    /// <summary>The text in normalization form C: the same string when it already is. Lone surrogates stay as they are.</summary>
    public static string ToFormC(string text) =>
        text.AsSpan().IndexOfAnyInRange(FirstCombining, char.MaxValue) < 0 ? text : Shared.Value.Normalize(text);

    private static int Hex(string field) => int.Parse(field, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private string Normalize(string text)
    {
        if (!MayChange(text))
        {
            return text;
        }
        List<int> codes = new(text.Length);
        for (int i = 0, length; i < text.Length; i += length)
        {
            Decompose(CodeAt(text, i, out length), codes);
        }
        Order(codes);
        Compose(codes);
        StringBuilder normalized = new(text.Length);
        foreach (int code in codes)
        {
            if (code <= char.MaxValue)
            {
                normalized.Append((char)code);
            }
            else
            {
                normalized.Append(new Rune(code).ToString());
            }
        }
        return normalized.ToString();
    }

    private bool MayChange(string text)
    {
        for (int i = 0, length; i < text.Length; i += length)
        {
            int code = CodeAt(text, i, out length);
            if (code >= FirstCombining && _mayChange.Contains(code))
            {
                return true;
            }
        }
        return false;
    }

    private static int CodeAt(string text, int index, out int length)
    {
        bool isPair = char.IsSurrogatePair(text, index);
        length = isPair ? 2 : 1;
        return isPair ? char.ConvertToUtf32(text[index], text[index + 1]) : text[index];
    }

    private void Decompose(int code, List<int> codes)
    {
        if (code - SyllableBase is >= 0 and < SyllableCount and int syllable)
        {
            codes.Add(LeadBase + (syllable / (VowelCount * TrailCount)));
            codes.Add(VowelBase + (syllable % (VowelCount * TrailCount) / TrailCount));
            if (syllable % TrailCount != 0)
            {
                codes.Add(TrailBase + (syllable % TrailCount));
            }
        }
        else if (_decompositions.TryGetValue(code, out (int First, int Second) decomposition))
        {
            Decompose(decomposition.First, codes);
            if (decomposition.Second != 0)
            {
                codes.Add(decomposition.Second);
            }
        }
        else
        {
            codes.Add(code);
        }
    }

    private byte ClassOf(int code) => code < FirstCombining ? (byte)0 : _combiningClasses.GetValueOrDefault(code);

    /// <summary>Puts the marks between two starters in the order of their combining classes, keeping the order of equal ones.</summary>
    private void Order(List<int> codes)
    {
        for (int start = 0; start < codes.Count; start++)
        {
            if (ClassOf(codes[start]) == 0)
            {
                continue;
            }
            int end = start + 1;
            while (end < codes.Count && ClassOf(codes[end]) != 0)
            {
                end++;
            }
            int index = start;
            foreach (int code in codes[start..end].OrderBy(ClassOf))
            {
                codes[index++] = code;
            }
            start = end;
        }
    }

    /// <summary>Joins each starter with the marks and starters after it that nothing blocks from it.</summary>
    private void Compose(List<int> codes)
    {
        int starter = -1;
        int kept = 0;
        byte lastClass = 0;
        for (int i = 0; i < codes.Count; i++)
        {
            int code = codes[i];
            byte combiningClass = ClassOf(code);
            bool isNext = starter == kept - 1;
            if (starter >= 0 && (isNext || lastClass < combiningClass) && TryCompose(codes[starter], code, out int composed))
            {
                codes[starter] = composed;
                continue;
            }
            if (combiningClass == 0)
            {
                starter = kept;
            }
            lastClass = combiningClass;
            codes[kept++] = code;
        }
        codes.RemoveRange(kept, codes.Count - kept);
    }

    private bool TryCompose(int first, int second, out int composed)
    {
        if (first - LeadBase is >= 0 and < LeadCount and int lead && second - VowelBase is >= 0 and < VowelCount and int vowel)
        {
            composed = SyllableBase + (((lead * VowelCount) + vowel) * TrailCount);
            return true;
        }
        if (first - SyllableBase is >= 0 and < SyllableCount and int syllable && syllable % TrailCount == 0
            && second - TrailBase is > 0 and < TrailCount and int trail)
        {
            composed = SyllableBase + syllable + trail;
            return true;
        }
        return _compositions.TryGetValue((first, second), out composed);
    }
}
