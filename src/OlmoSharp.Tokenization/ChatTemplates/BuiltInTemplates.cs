namespace OlmoSharp.Tokenization.ChatTemplates;

/// <summary>Templates of documented formats, for models that bring none.</summary>
internal static class BuiltInTemplates
{
    /// <summary>The templates by their names.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        // The format of Open Instruct's Tülu models.
        ["tulu"] = Tulu(""),
        // OLMo 2's and OLMoE's instruct models: the same after a first end-of-text token.
        ["olmo"] = Tulu("{{ bos_token }}"),
        ["chatml"] =
            """
            {%- for message in messages %}
            {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}
            {%- endfor %}
            {%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}
            """,
        ["plain"] =
            """
            {%- for message in messages %}
            {{- message.content if message.role == 'system' else message.role | capitalize + ': ' + message.content }}{{ '\n\n' }}
            {%- endfor %}
            {%- if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}
            """,
        // Those of the tokenizers that are trained here; see ChatTurnTokens.
        ["turns"] =
            "{%- for message in messages %}{{ '<|' + message.role + '|>\\n' + message.content + '" + ChatTurnTokens.End + "\\n' }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '" + ChatTurnTokens.Assistant + "\\n' }}{% endif %}",
    };

    private static string Tulu(string start) => start +
        """
        {%- for message in messages %}
        {%- if message.role not in ['system', 'user', 'assistant'] %}{{ raise_exception('the role ' + message.role + ' has no place in this format') }}{% endif %}
        {{- '<|' + message.role + '|>\n' + message.content }}
        {%- if message.role == 'assistant' %}{{ eos_token }}{% endif %}
        {{- '' if message.role == 'assistant' and loop.last else '\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}
        """;
}
