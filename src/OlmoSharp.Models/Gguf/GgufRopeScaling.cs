namespace OlmoSharp.Models.Gguf;

/// <summary>Stretched rotary frequencies as GGUF settings, as far as llama.cpp computes the same from them.</summary>
internal static class GgufRopeScaling
{
    private const string None = "none";
    private const string Linear = "linear";
    private const string Yarn = "yarn";

    /// <summary>The settings of a model; none where nothing is stretched.</summary>
    /// <param name="architecture">Prefix of the keys.</param>
    /// <param name="config">The model.</param>
    /// <exception cref="ModelException">GGUF has no settings for it.</exception>
    public static IEnumerable<(string Key, object Value)> Write(string architecture, ModelConfig config)
    {
        if (config.RopeScaling is not { } scaling)
        {
            return [];
        }

        if (scaling.Type == RopeScalingType.Llama3)
        {
            throw new ModelException("GGUF has no settings for rope_scaling of the type llama3, and llama.cpp reads no frequencies for this architecture; "
                + "convert a model with linear or yarn scaling, or none");
        }

        var plain = scaling with { AttentionFactor = null, BetaFast = 32, BetaSlow = 1 };
        if (scaling.Type == RopeScalingType.Yarn
            && (scaling.BetaFast != plain.BetaFast || scaling.BetaSlow != plain.BetaSlow
                || Math.Abs(scaling.EffectiveAttentionFactor - plain.EffectiveAttentionFactor) > 1e-6))
        {
            throw new ModelException(
                $"llama.cpp computes yarn's attention factor ({plain.EffectiveAttentionFactor:0.######} for this factor) and fixes beta_fast 32 and beta_slow 1, "
                + $"but the model has {scaling.EffectiveAttentionFactor:0.######}, {scaling.BetaFast} and {scaling.BetaSlow}, so it would compute something else");
        }

        List<(string, object)> settings =
        [
            ($"{architecture}.rope.scaling.type", scaling.Type == RopeScalingType.Linear ? Linear : Yarn),
            ($"{architecture}.rope.scaling.factor", (float)scaling.Factor),
        ];
        if (scaling.Type == RopeScalingType.Yarn)
        {
            settings.Add(($"{architecture}.rope.scaling.original_context_length", (uint)scaling.OriginalContextLengthOf(config)));
        }

        return settings;
    }

    /// <summary>What a file's settings say.</summary>
    /// <exception cref="ModelException">They say something else than linear or plain yarn scaling.</exception>
    public static RopeScaling? Read(string architecture, GgufMetadata metadata)
    {
        var key = $"{architecture}.rope.scaling.type";
        var type = metadata.Text(key, None);
        if (type == None)
        {
            return null;
        }

        foreach (var other in new[] { "attn_factor", "yarn_ext_factor", "yarn_attn_factor", "yarn_beta_fast", "yarn_beta_slow", "yarn_log_multiplier" })
        {
            if (metadata.Values.ContainsKey($"{architecture}.rope.scaling.{other}"))
            {
                throw metadata.Wrong($"{architecture}.rope.scaling.{other}", "absent: other yarn scaling than llama.cpp's default is not supported");
            }
        }

        var factor = metadata.Number($"{architecture}.rope.scaling.factor");
        return type switch
        {
            Linear => new() { Type = RopeScalingType.Linear, Factor = factor },
            Yarn => new()
            {
                Type = RopeScalingType.Yarn,
                Factor = factor,
                OriginalContextLength = metadata.Integer($"{architecture}.rope.scaling.original_context_length", 0),
            },
            _ => throw metadata.Wrong(key, "'none', 'linear' or 'yarn': other rotary scaling is not supported"),
        };
    }
}
