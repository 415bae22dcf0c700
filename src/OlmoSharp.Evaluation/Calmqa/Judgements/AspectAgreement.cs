namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>How far annotators agree on an aspect.</summary>
/// <param name="Aspect">The aspect.</param>
/// <param name="Units">Answers, or pairs of answers, that at least two rated.</param>
/// <param name="Scale">What distances mean to alpha.</param>
/// <param name="Alpha">Krippendorff's alpha.</param>
/// <param name="Kappa">Cohen's kappa of two annotators, or Fleiss's of more where every one rated every unit; null where neither applies.</param>
/// <param name="KappaName">Whose kappa; null for none.</param>
public sealed record AspectAgreement(string Aspect, int Units, AgreementScale Scale, double Alpha, double? Kappa, string? KappaName);
