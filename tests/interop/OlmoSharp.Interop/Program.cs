using OlmoSharp.Torch.Native;

namespace OlmoSharp.Interop;

/// <summary>Our side of the comparison with llama.cpp; <c>../run</c> is the whole.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        TorchBackend.EnsureLoaded();
        switch (arguments)
        {
            case ["samples", var folder, var requests]:
                InteropSamples.Make(folder, requests);
                return 0;
            case ["answer", var model, var requests, var folder]:
                InteropAnswers.Write(model, requests, folder);
                return 0;
            default:
                Console.Error.WriteLine("usage: OlmoSharp.Interop samples FOLDER REQUESTS | answer MODEL_FOLDER REQUESTS FOLDER");
                return 2;
        }
    }
}
