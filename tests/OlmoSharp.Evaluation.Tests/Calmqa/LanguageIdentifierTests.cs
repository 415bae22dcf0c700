using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Evaluation.Calmqa.Languages;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Calmqa;

public class LanguageIdentifierTests
{
    private static readonly Lazy<LanguageIdentifier> Identifier = new(() => new(LanguageProfiles.Default));

    [Theory]
    [InlineData("ara", "أعيش في مدينة صغيرة بالقرب من البحر، وأحب القراءة في المساء.")]
    [InlineData("deu", "Gestern bin ich mit meiner Schwester an den See gefahren, weil das Wetter so schön war.")]
    [InlineData("eng", "Yesterday we walked along the river and talked about what we would cook for dinner.")]
    [InlineData("fao", "Eg eiti Jógvan, og eg búgvi saman við familju míni í einari lítlari bygd í Føroyum.")]
    [InlineData("fij", "Ni sa bula vinaka. Keitou a lako ki na koro ena mataka me keitou raici ira na neitou qase.")]
    [InlineData("heb", "אתמול הלכנו לשוק וקנינו פירות וירקות לארוחת הערב.")]
    [InlineData("hil", "Maayong aga sa inyo tanan. Makadto kami sa merkado kay mabakal sang isda kag mga utan.")]
    [InlineData("hin", "कल हम अपने दोस्तों के साथ बाज़ार गए थे और वहाँ से फल और सब्ज़ियाँ खरीदीं।")]
    [InlineData("hun", "Tegnap délután elmentünk a piacra, hogy friss gyümölcsöt vegyünk a gyerekeknek.")]
    [InlineData("jpn", "昨日は友達と一緒に川へ行って、魚を釣りました。")]
    [InlineData("kor", "어제는 친구들과 함께 시장에 가서 과일을 샀습니다.")]
    [InlineData("pap", "Mi ta biba na Kòrsou i tur dia mi ta bai laman huntu ku mi amigunan pa landa.")]
    [InlineData("pus", "زه په کابل کې اوسېږم او هره ورځ د خپلو ملګرو سره ښوونځي ته ځم.")]
    [InlineData("rus", "Вчера мы ходили на рынок и купили свежие овощи и фрукты для семьи.")]
    [InlineData("smo", "O lo'u aiga e nonofo i se nu'u laititi i Samoa ma e matou te fiafia tele e o i le matafaga.")]
    [InlineData("spa", "Ayer fuimos al mercado con mi hermana porque queríamos comprar fruta para la cena.")]
    [InlineData("ton", "'Oku ou nofo 'i he ki'i kolo si'isi'i 'i Tonga mo hoku fāmili pea 'oku mau fiefia.")]
    [InlineData("tsn", "Ke nna mo motseng o monnye kwa Botswana le ba losika lwa me, mme re rata go bua Setswana.")]
    [InlineData("wol", "Maa ngi dëkk ci benn dëkk bu ndaw ci Senegaal, ba noppi dama bëgg jàng ak liggéey.")]
    [InlineData("zho", "昨天我们去市场买了新鲜的水果和蔬菜。")]
    public void Sentences_are_found(string code, string text)
    {
        var guess = Identifier.Value.Identify(text);
        Assert.Equal(code, guess.Code);
        Assert.InRange(guess.Confidence, 0.5, 1);
    }

    [Theory]
    [InlineData("nob", "I går gikk vi en tur langs elva og snakket om hva vi skulle lage til middag.")]
    [InlineData("isl", "Í gær gengum við meðfram ánni og töluðum um hvað við ættum að elda í kvöldmat.")]
    [InlineData("tgl", "Kahapon ay pumunta kami sa palengke upang bumili ng isda at mga gulay para sa hapunan.")]
    [InlineData("ind", "Kemarin kami pergi ke pasar untuk membeli ikan dan sayuran untuk makan malam.")]
    [InlineData("por", "Ontem fomos ao mercado com a minha irmã porque queríamos comprar frutas para o jantar.")]
    [InlineData("urd", "کل ہم اپنے دوستوں کے ساتھ بازار گئے تھے اور وہاں سے پھل اور سبزیاں خریدیں۔")]
    [InlineData("fas", "دیروز با دوستانم به بازار رفتیم و برای شام میوه و سبزی خریدیم.")]
    public void Neighbours_of_the_languages_are_not_taken_for_them(string code, string text)
    {
        var guess = Identifier.Value.Identify(text);
        Assert.Equal(code, guess.Code);
        Assert.Null(CalmqaLanguage.TryFind(code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12, 34 - 56!")]
    [InlineData("สวัสดีครับ ผมชื่อสมชาย")]
    [InlineData("გუშინ ბაზარში წავედით და ხილი ვიყიდეთ")]
    public void What_is_no_known_language_is_not_taken_for_one(string text)
    {
        var guess = Identifier.Value.Identify(text);
        Assert.Equal(LanguageGuess.Unknown, guess.Code);
        Assert.InRange(guess.Confidence, 0, 1);
    }

    [Fact]
    public void Half_a_character_is_no_reason_to_fail() =>
        Assert.Equal("eng", Identifier.Value.Identify("This is a sentence that was cut within a character \ud83d").Code);

    [Fact]
    public void The_rest_of_a_very_long_text_changes_nothing()
    {
        var text = string.Concat(Enumerable.Repeat("This is what everyone says about the weather in the north. ", 20_000));
        Assert.Equal("eng", Identifier.Value.Identify(text).Code);
    }

    [Fact]
    public void All_23_languages_are_known_and_measured()
    {
        Assert.All(CalmqaLanguage.All, language => Assert.True(Identifier.Value.Knows(language.Code), language.Name));
        Assert.All(LanguageProfiles.Default.Languages.Where(language => CalmqaLanguage.TryFind(language.Code) is not null), language =>
        {
            Assert.InRange(language.Long!.Recall, 0.9, 1);
            Assert.InRange(language.Long.Precision, 0.9, 1);
        });
    }

    [Theory]
    [InlineData("Don’t  DO ‘that’! 3rd", "'that do don't rd")]
    [InlineData("e\u0301t\u00e9 ʻoku-ou", "'oku ou \u00e9t\u00e9")]
    [InlineData("كِتَابٌ", "كتاب")]
    public void Words_are_in_lower_case_with_plain_apostrophes(string text, string words) =>
        Assert.Equal(words, string.Join(' ', new TextWords(text).Counts.Keys.Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("漢字とかな", WritingSystem.Kana, 1.0)]
    [InlineData("漢字", WritingSystem.Han, 1.0)]
    [InlineData("abc 가", WritingSystem.Latin, 0.5)]
    [InlineData("abcabc да", WritingSystem.Latin, 0.75)]
    public void The_writing_system_of_most_of_the_text_counts(string text, WritingSystem system, double share) => Assert.Equal((system, share), new TextWords(text).Dominant());
}
