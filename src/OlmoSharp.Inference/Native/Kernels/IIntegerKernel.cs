using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>Inner products of quantised weights with quantised x. Integers are exact; floating-point numbers are added in the order of the blocks.</summary>
internal unsafe interface IIntegerKernel
{
    /// <summary>Multiplies eight rows of weights with rows of x.</summary>
    /// <param name="rows">The rows of weights.</param>
    /// <param name="x">All rows of x.</param>
    /// <param name="inputs">The rows of x to use.</param>
    /// <param name="count">Their number, at most <see cref="IntegerProduct.Inputs"/>.</param>
    /// <param name="sums">[count] the products, a row of weights in each lane.</param>
    /// <param name="integers">[count + 24] room to work in.</param>
    static abstract void Multiply(byte** rows, in QuantizedInputs x, int* inputs, int count, Vector256<float>* sums, Vector256<int>* integers);

    /// <summary>The same bits with a single row of x, in the way that is fastest then.</summary>
    /// <param name="rows">The rows of weights.</param>
    /// <param name="x">All rows of x.</param>
    /// <param name="input">The row of x to use.</param>
    /// <param name="sum">The products, a row of weights in each lane.</param>
    /// <param name="room">24 vectors to work in.</param>
    static abstract void MultiplyOne(byte** rows, in QuantizedInputs x, int input, Vector256<float>* sum, Vector256<int>* room);
}
