namespace OlmoSharp.Evaluation.Templates;

internal static class MathAnswer
{
    public static string Of(string solution) => solution;
}
