namespace OlmoSharp.Analysis.Parity;

/// <summary>How much a tensor differs between two models.</summary>
/// <param name="Name">Its Hugging Face name.</param>
/// <param name="FirstDtype">Element type in the first model's file; null where the file restores it from another form.</param>
/// <param name="SecondDtype">Element type in the second model's file.</param>
/// <param name="Elements">Number of elements.</param>
/// <param name="MaximumAbsolute">Largest |a − b|; NaN where one has a NaN that the other has not.</param>
/// <param name="MeanAbsolute">Mean of |a − b|.</param>
/// <param name="RelativeL2">‖a − b‖₂ / ‖a‖₂.</param>
/// <param name="Cosine">a · b / (‖a‖₂ ‖b‖₂): 1 where only the lengths differ.</param>
public sealed record TensorDifference(
    string Name, string? FirstDtype, string? SecondDtype, long Elements, double MaximumAbsolute, double MeanAbsolute, double RelativeL2, double Cosine)
{
    /// <summary>Whether both files hold the same element type, as far as they say.</summary>
    public bool HasSameDtype => FirstDtype is null || SecondDtype is null || FirstDtype == SecondDtype;
}
