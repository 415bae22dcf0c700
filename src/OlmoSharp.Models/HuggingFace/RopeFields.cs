using System.Text.Json.Nodes;

namespace OlmoSharp.Models.HuggingFace;

/// <summary>
/// The rotary embedding in a <c>config.json</c>: <c>rope_theta</c> beside an object <c>rope_scaling</c> or, as newer versions write it, all in an
/// object <c>rope_parameters</c>.
/// </summary>
internal static class RopeFields
{
    private const string Factor = "factor";
    private const string OriginalContext = "original_max_position_embeddings";
    private const string AttentionFactor = "attention_factor";
    private const string BetaFast = "beta_fast";
    private const string BetaSlow = "beta_slow";
    private const string LowFactor = "low_freq_factor";
    private const string HighFactor = "high_freq_factor";

    private static readonly (string Name, RopeScalingType? Type, string[] Fields)[] Types =
    [
        ("default", null, []),
        ("linear", RopeScalingType.Linear, [Factor]),
        ("yarn", RopeScalingType.Yarn, [Factor, OriginalContext, AttentionFactor, BetaFast, BetaSlow]),
        ("llama3", RopeScalingType.Llama3, [Factor, OriginalContext, LowFactor, HighFactor]),
    ];

    /// <summary>Reads either spelling; two that disagree are a problem.</summary>
    public static (double Theta, RopeScaling? Scaling) Read(ConfigFields fields)
    {
        var theta = fields.OptionalNumber("rope_theta");
        RopeScaling? scaling = null;
        var found = false;
        foreach (var name in new[] { "rope_scaling", "rope_parameters" })
        {
            if (fields.Object(name) is not { } parameters)
            {
                continue;
            }

            var inner = parameters.OptionalNumber("rope_theta");
            if (inner is not null && theta is not null && inner != theta)
            {
                fields.Add($"'rope_theta' is {fields.Text("rope_theta")}, but '{name}.rope_theta' is {parameters.Text("rope_theta")}");
            }

            theta ??= inner;
            var read = ReadScaling(parameters);
            if (found && read != scaling)
            {
                fields.Add("'rope_scaling' and 'rope_parameters' say different things");
            }

            (found, scaling) = (true, read);
        }

        return (fields.Required("rope_theta", theta), scaling);
    }

    /// <summary>The value of <c>rope_scaling</c>.</summary>
    public static JsonNode? Write(RopeScaling? scaling)
    {
        if (scaling is null)
        {
            return null;
        }

        var json = new JsonObject { ["rope_type"] = Types.Single(type => type.Type == scaling.Type).Name, [Factor] = scaling.Factor };
        if (scaling.OriginalContextLength > 0 && scaling.Type != RopeScalingType.Linear)
        {
            json[OriginalContext] = scaling.OriginalContextLength;
        }

        if (scaling.Type == RopeScalingType.Yarn)
        {
            if (scaling.AttentionFactor is { } attention)
            {
                json[AttentionFactor] = attention;
            }

            json[BetaFast] = scaling.BetaFast;
            json[BetaSlow] = scaling.BetaSlow;
        }

        if (scaling.Type == RopeScalingType.Llama3)
        {
            json[LowFactor] = scaling.LowFrequencyFactor;
            json[HighFactor] = scaling.HighFrequencyFactor;
        }

        return json;
    }

    private static RopeScaling? ReadScaling(ConfigFields fields)
    {
        // The field's name before version 4.43 of transformers.
        var name = fields.Has("rope_type") ? "rope_type" : "type";
        if (fields.Choice(name, [.. Types.Select(known => known.Name)]) is not { } text)
        {
            return null;
        }

        var (_, type, known) = Types.Single(candidate => candidate.Name == text);
        fields.RequireAbsentOr("partial_rotary_factor", 1.0);
        fields.RequireOnly([.. known, "rope_type", "type", "rope_theta", "partial_rotary_factor"], $"of the type \"{text}\"");
        return type is null ? null : new()
        {
            Type = type.Value,
            Factor = fields.Number(Factor),
            OriginalContextLength = type switch
            {
                RopeScalingType.Linear => 0,
                RopeScalingType.Yarn => fields.Integer(OriginalContext, 0),
                _ => fields.Integer(OriginalContext),
            },
            AttentionFactor = fields.OptionalNumber(AttentionFactor),
            BetaFast = fields.Number(BetaFast, 32),
            BetaSlow = fields.Number(BetaSlow, 1),
            LowFrequencyFactor = type == RopeScalingType.Llama3 ? fields.Number(LowFactor) : 1,
            HighFrequencyFactor = type == RopeScalingType.Llama3 ? fields.Number(HighFactor) : 4,
        };
    }
}
