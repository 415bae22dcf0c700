using System.Text.Json;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Sampling;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Inference.Chat;
using Xunit;

namespace OlmoSharp.Evaluation.Tests;

/// <summary>Questions are made up; what is expected is written out by hand after OLMES's rules.</summary>
public sealed class RequestBuilderTests : IDisposable
{
    private static readonly TaskCatalog Catalog = TaskCatalog.Load();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Arc_has_options_with_a_space_before_each_label()
    {
        _folder.Write("ai2_arc__ARC-Challenge.test.jsonl", """{"id": "T_1", "question": "What melts?", "choices": {"text": ["ice", "stone", "air"], "label": ["1", "2", "3"]}, "answerKey": "1"}""");
        var shots = Shots("OLMES:ARC-Challenge", """{"id": "S_1", "question": "What flies?", "choices": {"text": ["a bird", "a fish"], "label": ["A", "B"]}, "answerKey": "A"}""", """{"id": "S_2", "question": "What swims?", "choices": {"text": ["a bird", "a fish"], "label": ["A", "B"]}, "answerKey": "B"}""");

        var mc = Build("arc_challenge:mc::olmes", shots, "shots=2").Requests;
        const string Context = "Question: What flies?\n A. a bird\n B. a fish\nAnswer: A\n\nQuestion: What swims?\n A. a bird\n B. a fish\nAnswer: B\n\n"
            + "Question: What melts?\n A. ice\n B. stone\n C. air\nAnswer:";
        Assert.Equal([(Context, " A"), (Context, " B"), (Context, " C")], mc.Select(request => (request.Context, request.Continuation!)));
        Assert.All(mc, request => Assert.Equal(("\"T_1\"", "0"), (request.NativeId!.Value.GetRawText(), request.Label!.Value.GetRawText())));
        Assert.Equal([0, 1, 2], mc.Select(request => request.Index));

        var rc = Build("arc_challenge:rc::olmes", shots, "shots=2").Requests;
        const string Cloze = "Question: What flies?\nAnswer: a bird\n\nQuestion: What swims?\nAnswer: a fish\n\nQuestion: What melts?\nAnswer:";
        Assert.Equal(
            [(Cloze, " ice", 0), (Cloze, " stone", 0), (Cloze, " air", 0), ("Answer:", " ice", 1_000_000), ("Answer:", " stone", 1_000_000), ("Answer:", " air", 1_000_000)],
            rc.Select(request => (request.Context, request.Continuation!, request.FileDocumentId)));
    }

    [Fact]
    public void Boolq_puts_the_passage_first_and_reads_both_forms_of_its_data()
    {
        _folder.Write(
            "boolq.validation.jsonl",
            """{"question": "is snow cold", "passage": "Snow is frozen water.", "idx": 8, "label": 1}""",
            """{"question": "is fire cold", "passage": "Fire is hot.", "answer": false}""");
        var requests = Build("boolq:rc::inloop_0shot", null).Requests;
        Assert.Equal(["Snow is frozen water.\nQuestion: is snow cold?\nAnswer:", "Fire is hot.\nQuestion: is fire cold?\nAnswer:"], requests.Select(request => request.Context).Distinct());
        Assert.Equal([" yes", " no", " yes", " no"], requests.Select(request => request.Continuation));
        Assert.Equal(["0", "0", "1", "1"], requests.Select(request => request.Label!.Value.GetRawText()));
        Assert.Equal(["8", "8", "1", "1"], requests.Select(request => request.NativeId!.Value.GetRawText()));

        var mc = Build("boolq:mc::olmes", null, "shots=0").Requests;
        Assert.Equal("Fire is hot.\nQuestion: is fire cold?\n A. yes\n B. no\nAnswer:", mc[2].Context);
        Assert.Null(mc[2].NativeId);
    }

    [Fact]
    public void Winogrande_scores_what_follows_the_choice()
    {
        _folder.Write("winogrande__winogrande_xl.validation.jsonl", """{"sentence": "Ann called Bea because _ was ill. ", "option1": "Ann", "option2": "Bea", "answer": "2"}""");
        var shots = Shots("OLMES:winogrande", """{"sentence": "The cup fit the box since the _ was big.", "option1": "cup", "option2": "box", "answer": "2"}""");
        Assert.Equal(
            [("The cup fit the box since the box was big.\n\nAnn called Bea because Ann", " was ill."), ("The cup fit the box since the box was big.\n\nAnn called Bea because Bea", " was ill.")],
            Build("winogrande:rc::olmes", shots, "shots=1").Requests.Select(request => (request.Context, request.Continuation!)));
        Assert.Equal(
            "Fill in the blank: The cup fit the box since the ___ was big.\n A. cup\n B. box\nAnswer: B\n\nFill in the blank: Ann called Bea because ___ was ill. \n A. Ann\n B. Bea\nAnswer:",
            Build("winogrande:mc::olmes", shots, "shots=1").Requests[0].Context);
    }

    [Fact]
    public void Hellaswag_cleans_the_whole_prompt_but_each_cloze_choice_for_itself()
    {
        _folder.Write("hellaswag.validation.jsonl", """{"ind": 3, "activity_label": "Pets", "ctx_a": "[header] How to walk [title] Get a lead.", "ctx_b": "THE dog", "endings": ["[step] runs.", "sleeps."], "label": "1"}""");
        Assert.Equal(
            [("Pets: How to walk. Get a lead. The dog", "  runs."), ("Pets: How to walk. Get a lead. The dog", " sleeps."), ("Answer:", "  runs."), ("Answer:", " sleeps.")],
            Build("hellaswag:rc::olmes", null, "shots=0").Requests.Select(request => (request.Context, request.Continuation!)));
        Assert.Equal(
            "Pets: How to walk. Get a lead. The dog\nChoose the best continuation:\n A. runs.\n B. sleeps.\nAnswer:",
            Build("hellaswag:mc::olmes", null, "shots=0").Requests[0].Context);
    }

    [Fact]
    public void Piqa_openbookqa_and_socialiqa_have_their_own_beginnings()
    {
        _folder.Write("piqa.validation.jsonl", """{"goal": "Open a jar", "sol1": "Turn the lid.", "sol2": "Sing.", "label": 0}""");
        _folder.Write("openbookqa__main.test.jsonl", """{"id": "9-1", "question_stem": "Rain falls", "choices": {"text": ["down", "up"], "label": ["A", "B"]}, "answerKey": "A "}""");
        _folder.Write("social_i_qa.validation.jsonl", """{"context": "Kim left.", "question": "Why?", "answerA": "late", "answerB": "sad", "answerC": "ill", "label": "3\n"}""".Replace("\\n", "", StringComparison.Ordinal));
        Assert.Equal("Goal: Open a jar\nAnswer:", Build("piqa:rc::olmes", null, "shots=0").Requests[0].Context);
        Assert.Equal("Goal: Open a jar\n A. Turn the lid.\n B. Sing.\nAnswer:", Build("piqa:mc::olmes", null, "shots=0").Requests[0].Context);
        Assert.Equal("Question: Rain falls\nAnswer:", Build("openbookqa:rc::olmes", null, "shots=0").Requests[0].Context);
        Assert.Equal("Question: Kim left. Why?\n A. late\n B. sad\n C. ill\nAnswer:", Build("socialiqa:mc::olmes", null, "shots=0").Requests[0].Context);
        Assert.Equal("2", Build("socialiqa:mc::olmes", null, "shots=0").Requests[0].Label!.Value.GetRawText());
    }

    [Fact]
    public void Mmlu_names_its_subject_and_takes_the_first_of_dev()
    {
        _folder.Write(
            "mmlu.dev.jsonl",
            """{"question": "D0?", "subject": "anatomy", "choices": ["x", "y", "z", "w"], "answer": 0}""",
            """{"question": "D1?", "subject": "high_school_physics", "choices": ["a", "b", "c", "d"], "answer": 3}""",
            """{"question": "D2?", "subject": "high_school_physics", "choices": ["e", "f", "g", "h"], "answer": 1}""");
        _folder.Write("mmlu.test.jsonl", """{"question": "T?", "subject": "high_school_physics", "choices": ["p", "q", "r", "s"], "answer": 2}""");
        const string Beginning = "The following are multiple choice questions (with answers) about high school physics.\n\n";
        Assert.Equal(
            Beginning + "Question: D1?\n A. a\n B. b\n C. c\n D. d\nAnswer: D\n\nQuestion: T?\n A. p\n B. q\n C. r\n D. s\nAnswer:",
            Build("mmlu_high_school_physics:mc::olmes", null, "shots=1").Requests[0].Context);
        Assert.Equal(
            Beginning + "Question: D1?\nAnswer: d\n\nQuestion: D2?\nAnswer: f\n\nQuestion: T?\nAnswer:",
            Build("mmlu_high_school_physics:rc::olmes", null, "shots=2").Requests[0].Context);
        Assert.Contains("has 2 examples, but 5 are needed", Assert.Throws<EvaluationException>(() => Build("mmlu_high_school_physics:mc::olmes", null)).Message);
        Assert.Contains("\nA. p\nB. q", Build("mmlu_high_school_physics:mc::olmo1", null, "shots=1").Requests[0].Context);
    }

    [Fact]
    public void A_chat_has_a_turn_for_each_example()
    {
        _folder.Write("mmlu.dev.jsonl", """{"question": "D1?", "subject": "anatomy", "choices": ["a", "b"], "answer": 1}""");
        _folder.Write("mmlu.test.jsonl", """{"question": "T?", "subject": "anatomy", "choices": ["p", "q"], "answer": 0}""");
        var request = Build("mmlu_anatomy:mc::tulu", null, "shots=1").Requests[0];
        Assert.Equal(
            [
                new ChatMessage(ChatRole.User, "The following are multiple choice questions (with answers) about anatomy.\n\nQuestion: D1?\n A. a\n B. b\nAnswer:"),
                new ChatMessage(ChatRole.Assistant, "B"),
                new ChatMessage(ChatRole.User, "Question: T?\n A. p\n B. q\nAnswer:"),
            ],
            request.Messages!);
        Assert.Equal(("", "A"), (request.Context, request.Continuation));
    }

    [Fact]
    public void A_chats_answer_begins_where_the_prompt_would_end()
    {
        _folder.Write("gsm8k/test.jsonl", """{"question": "2 + 2?", "answer": "It is 4.\n#### 4"}""");
        var shots = Shots("STD:GSM8k", """{"question": "1 + 1?", "answer": "One more. So the answer is 2.", "short_answer": "2"}""");
        var request = Build("gsm8k::tulu", shots, "shots=1").Requests.Single();
        Assert.Equal(
            [new ChatMessage(ChatRole.User, "Question: 1 + 1?"), new ChatMessage(ChatRole.Assistant, "Answer: One more. So the answer is 2."), new ChatMessage(ChatRole.User, "Question: 2 + 2?")],
            request.Messages!);
        Assert.Equal("Answer:", request.AnswerPrefix);

        var bpb = Build("gsm8k:bpb::olmes", shots, "shots=1").Requests.Single();
        Assert.Equal(("Question: 1 + 1?\nAnswer: One more. So the answer is 2.\n\nQuestion: 2 + 2?\nAnswer:", " It is 4. So the answer is 4."), (bpb.Context, bpb.Continuation));
        Assert.Equal("\"4\"", bpb.Label!.Value.GetRawText());
    }

    [Fact]
    public void Reading_tasks_have_their_passage_and_gold_answer()
    {
        _folder.Write("squad.validation.jsonl", """{"id": "s", "title": "Sea", "context": "It is deep.", "question": "Is it?", "answers": {"text": ["deep", "It is"], "answer_start": [0, 1]}}""");
        _folder.Write("drop.validation.jsonl", """{"query_id": "d", "passage": "Two and two.", "question": "Who won?", "answer": {"number": "", "date": {"day": "", "month": "", "year": ""}, "spans": ["Ann", "O'Neil"]}, "validated_answers": {"number": ["4", ""], "date": [{"day": "", "month": "", "year": ""}, {"day": "1", "month": "May", "year": ""}], "spans": [[], []]}}""");
        _folder.Write("jeopardy_all.jsonl", """{"context": "WORLD: HISTORY: It fell", "continuation": "Rome", "category": "world"}""");
        var squad = Build("squad:bpb::olmes", null, "shots=0").Requests.Single();
        Assert.Equal("The following are reading comprehension questions, where the answer to each question is a segment of text from the corresponding background text.\n\nTitle: Sea\nBackground: It is deep.\nQuestion: Is it?\nAnswer:", squad.Context);
        Assert.Equal((" deep", """["deep","It is"]"""), (squad.Continuation, JsonSerializer.Serialize(squad.Label)));

        var drop = Build("drop:bpb::olmes", null, "shots=0").Requests.Single();
        Assert.EndsWith("\n\nPassage: Two and two.\nQuestion: Who won?\nAnswer:", drop.Context);
        Assert.Equal(" ('Ann', \"O'Neil\")", drop.Continuation);
        Assert.Equal("""[["Ann","O\u0027Neil"],["4"],["1 May"]]""", JsonSerializer.Serialize(drop.Label));
        Assert.Equal(" Ann, O'Neil", Build("drop:bpb::olmes", null, "shots=0", "compat=[]").Requests.Single().Continuation);

        var jeopardy = Build("jeopardy:bpb::olmes", null, "shots=0").Requests.Single();
        Assert.Equal(("Category: WORLD\nQuestion: HISTORY: It fell\nAnswer:", " Rome"), (jeopardy.Context, jeopardy.Continuation));
    }

    [Fact]
    public void Coqa_asks_each_turn_after_those_before()
    {
        _folder.Write("coqa.validation.jsonl", """{"id": "c", "source": "x", "story": "A cat sat.", "questions": {"input_text": ["Who?", "Where?"]}, "answers": {"input_text": ["a cat", "there"]}, "additional_answers": {"0": {"input_text": ["cat", "here"]}, "1": {"input_text": ["", "nowhere"]}}}""");
        var requests = Build("coqa:bpb::olmes", null).Requests;
        Assert.EndsWith("Passage: A cat sat.\n\nFinal question:\n\nQuestion: Who?\nAnswer:", requests[0].Context);
        Assert.EndsWith("Passage: A cat sat.\n\nPreceding questions:\n\nQuestion: Who?\nAnswer: a cat\n\nFinal question:\n\nQuestion: Where?\nAnswer:", requests[1].Context);
        Assert.Equal([" a cat", " there"], requests.Select(request => request.Continuation));
        Assert.Equal(["c_turn0", "c_turn1"], requests.Select(request => request.NativeId!.Value.GetString()));
        Assert.Equal(["""["a cat","cat"]""", """["there","here","nowhere"]"""], requests.Select(request => JsonSerializer.Serialize(request.Label)));
    }

    [Fact]
    public void Copa_joins_premise_and_choice()
    {
        _folder.Write(
            "super_glue__copa.validation.jsonl",
            """{"premise": "It rained.", "choice1": "The street got wet.", "choice2": "I slept.", "question": "effect", "idx": 0, "label": 0}""",
            """{"premise": "I woke.", "choice1": "It rang.", "choice2": "I ate.", "question": "cause", "idx": 1, "label": 0}""");
        Assert.Equal(["It rained therefore", "I woke because", "Answer:"], Build("copa_rc_0shot", null).Requests.Select(request => request.Context).Distinct());
        Assert.Equal(" the street got wet.", Build("copa_rc_0shot", null).Requests[0].Continuation);
    }

    [Fact]
    public void Shuffled_choices_are_those_of_pythons_generator()
    {
        // random.Random(0).shuffle([0, 1, 2, 3]) gives [2, 0, 1, 3], and random.Random(1) gives [3, 0, 2, 1].
        const string Row = """{"question": "Q", "distractor1": "w1", "distractor2": "w2", "distractor3": "w3", "correct_answer": "right", "support": ""}""";
        _folder.Write("sciq.validation.jsonl", Row, Row);
        var mc = Build("sciq:mc::inloop_5shot", null, "shots=0");
        Assert.Equal(["Question: Q\n A. w3\n B. w1\n C. w2\n D. right\nAnswer:", "Question: Q\n A. right\n B. w1\n C. w3\n D. w2\nAnswer:"], mc.Requests.Select(request => request.Context).Distinct());
        Assert.Equal([3, 0], mc.Documents.Select(document => document.Gold));
        Assert.Equal([" w1", " w2", " w3", " right"], Build("sciq_rc_0shot", null).Requests.Take(4).Select(request => request.Continuation));
    }

    [Fact]
    public void Examples_of_the_evaluated_split_are_never_the_document_itself()
    {
        // random.Random(1234).sample(range(5), 4) gives [3, 0, 4, 2].
        _folder.Write("openai_humaneval/test.jsonl", [.. Enumerable.Range(0, 5).Select(id => $$"""{"task_id": "H/{{id}}", "prompt": "def f{{id}}():\n", "canonical_solution": "    return {{id}}\n", "test": "", "entry_point": "f{{id}}"}""")]);
        var requests = Build("codex_humaneval:3shot:bpb::none", null).Requests;
        string Shot(int id) => $"def f{id}():\n     return {id}\n\n\n";
        Assert.Equal(Shot(3) + Shot(0) + Shot(4) + "def f2():\n", requests[2].Context);
        Assert.Equal(Shot(3) + Shot(4) + Shot(2) + "def f0():\n", requests[0].Context);
        Assert.Equal(Shot(3) + Shot(0) + Shot(4) + "def f1():\n", requests[1].Context);
        Assert.Equal("    return 2\n", requests[2].Continuation);
        Assert.Equal("def f2():\nHere is the completed function:\n\n```python\n", Build("codex_humaneval_gold_bpb_0shot", null).Requests[2].Context);
    }

    [Fact]
    public void Shuffled_examples_stand_before_a_program()
    {
        // random.Random(1234).shuffle([0, 1, 2]) gives [2, 0, 1].
        static string Row(int id, string text, string code) => $$"""{"task_id": {{id}}, "text": "{{text}}", "code": "{{code}}", "test_list": []}""";
        _folder.Write("mbpp.jsonl", Row(1, "One.", "def a():\\r\\n  pass\\r\\n"), Row(2, "Two.", "b"), Row(3, "Three.", "c"), Row(11, " Do it. ", "def d():\\r\\n  x\\r\\n"));
        var request = Build("mbpp:3shot:bpb::none", null).Requests.Single();
        Assert.Equal("Three.\n```python\nc\n```\n\nOne.\n```python\ndef a():\n  pass\n```\n\nTwo.\n```python\nb\n```\n\nDo it.\n```python\n", request.Context);
        Assert.Equal("def d():\n  x\n```", request.Continuation);
    }

    [Fact]
    public void Lambada_takes_the_last_word_whatever_the_form_of_the_data()
    {
        _folder.Write("lambada.jsonl", """{"text": "He  saw\nthe old sea"}""", """{"context": "They spoke", "continuation": "of\n\nPower"}""");
        Assert.Equal([("He saw the old", " sea"), ("They spoke of", " Power")], Build("lambada:bpb::none", null).Requests.Select(request => (request.Context, request.Continuation!)));
    }

    [Fact]
    public void Truthfulqa_lists_the_best_answer_first()
    {
        _folder.Write("TruthfulQA.csv", "Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source", "A,B,Is it?,No,No; It is not.,Yes; Always,x");
        var shots = Shots("Original:TruthfulQA", """{"question": "Was it?", "choices": ["It was."], "labels": [1]}""");
        var requests = Build("truthfulqa::olmo1", shots, "shots=1").Requests;
        Assert.Equal("Q: Was it?\nA: It was.\n\nQ: Is it?\nA:", requests[0].Context);
        Assert.Equal([" No.", " Yes.", " Always.", " It is not."], requests.Select(request => request.Continuation));
        Assert.Equal("[1,0,0,1]", JsonSerializer.Serialize(requests[0].Label));
    }

    [Fact]
    public void A_limit_draws_as_python_does_and_a_drawn_file_stays_as_it_is()
    {
        _folder.Write("piqa.validation.jsonl", [.. Enumerable.Range(0, 6).Select(id => $$"""{"goal": "G{{id}}", "sol1": "a", "sol2": "b", "label": 0}""")]);
        var built = Build("piqa:mc::olmes", null, "shots=0", "limit=3");
        Assert.Equal(new PythonRandom(1234).Sample(6, 3), built.Drawn!);
        Assert.Equal(built.Drawn!.Select(place => $"G{place}"), built.Documents.Select(document => document.Question));
        Assert.Equal(built.Drawn!.Select(place => place.ToString()), built.Documents.Select(document => document.NativeId!.Value.GetRawText()));
        Assert.Null(Build("piqa:mc::olmes", null, "shots=0", "limit=6").Drawn);

        _folder.Write("hellaswag.olmes3.jsonl", [.. Enumerable.Range(7, 3).Select(id => $$"""{"ind": {{id}}, "query": "Q{{id}}", "choices": ["a", "b"], "gold": 0}""")]);
        Assert.Equal(["Q7", "Q8", "Q9"], Build("hellaswag:rc::olmes", null, "shots=0", "limit=3").Documents.Select(document => document.Question));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        _folder.Write("piqa.validation.jsonl", """{"goal": "G", "sol1": "a", "sol2": "b", "label": 0}""");
        Assert.Contains("its 5 examples are OLMES:piqa of a few-shot file; give it with --fewshot", Assert.Throws<EvaluationException>(() => Build("piqa:rc::olmes", null)).Message);
        Assert.Contains("has 1 examples, but 5 are needed", Assert.Throws<EvaluationException>(() => Build("piqa:rc::olmes", Shots("OLMES:piqa", """{"goal": "G", "sol1": "a", "sol2": "b", "label": 0}"""))).Message);
    }

    private BuiltTask Build(string task, FewshotFile? shots, params string[] overrides) =>
        new RequestBuilder(new DatasetFolder(_folder.Path), shots).Build(Catalog.Find(task, overrides));

    private FewshotFile Shots(string id, params string[] rows) => FewshotFile.Read(_folder.Write("shots/shots.json.txt", $$"""{"{{id}}": [{{string.Join(',', rows)}}]}"""));
}
