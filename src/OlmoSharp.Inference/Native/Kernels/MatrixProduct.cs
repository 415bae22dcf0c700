using System.Runtime.Intrinsics.X86;
using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Products of activations with weights, y = x · Wᵀ in float32. An element of y is a sum in an order that depends on nothing but the type
/// and the number of columns: neither on the number of threads nor on what other rows x has. Quantised weights are
/// multiplied as integers with x in 8-bit steps, of which a group of columns (32, or 256 for q4_k and q6_k) shares the scale; other weights as float32.
/// </summary>
internal static unsafe class MatrixProduct
{
    // What a part should be worth: more than taking it, little enough that threads end together.
    private const long PartBytes = 1 << 18;
    private const int ManyInputsRows = FloatProduct.PanelRows;
    private const int PartsAThread = 8;

    // Quantising so many elements takes as long as waking a thread.
    private const int ParallelElements = 1 << 15;

    /// <summary>y[batch, rows] = x[batch, columns] · Wᵀ.</summary>
    public static void Multiply(in WeightMatrix weights, float* x, int batch, float* y, CpuThreads threads, Scratch scratch)
        => Multiply([new WeightProduct(weights, y, batch)], x, batch, threads, scratch);

    /// <summary>Several products with rows of the same x.</summary>
    /// <param name="products">The matrices, all with the columns of x.</param>
    /// <param name="x">[<paramref name="inputs"/>, columns], finite numbers.</param>
    /// <param name="inputs">Rows of x.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="scratch">Memory to work in.</param>
    public static void Multiply(ReadOnlySpan<WeightProduct> products, float* x, int inputs, CpuThreads threads, Scratch scratch)
        => Multiply(products, x, inputs, threads, scratch, Avx2.IsSupported);

    /// <summary>The same, with the choice of instructions.</summary>
    internal static void Multiply(ReadOnlySpan<WeightProduct> products, float* x, int inputs, CpuThreads threads, Scratch scratch, bool hasAvx2)
    {
        if (products.IsEmpty || inputs == 0)
        {
            return;
        }

        var columns = products[0].Weights.Columns;
        var (hasBlocks, hasSuperBlocks) = (false, false);
        var (hasSingle, hasBrain, hasHalf) = (false, false, false);
        foreach (ref readonly var product in products)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(product.Weights.Columns, columns);
            var type = product.Weights.Type;
            hasBlocks |= type.BlockElements == QuantizedInputs.Block;
            hasSuperBlocks |= type.BlockElements > QuantizedInputs.Block;
            hasSingle |= type.Id == GgufTensorType.F32.Id;
            hasBrain |= type.Id == GgufTensorType.BF16.Id;
            hasHalf |= type.Id == GgufTensorType.F16.Id;
        }

        long workBytes = (FloatProduct.WorkBytes + IntegerProduct.WorkBytes + 63) / 64 * 64;
        var quantizedBytes = QuantizedInputs.BytesOf(inputs, columns);
        var floatBytes = FloatInputs.BytesOf(inputs, columns);
        var memory = scratch.Take(
            threads.Count * workBytes + (hasSingle ? floatBytes : 0) + (hasBrain ? floatBytes : 0) + (hasHalf ? floatBytes : 0) + (hasBlocks ? quantizedBytes : 0)
            + (hasSuperBlocks ? quantizedBytes : 0) + (long)products.Length * sizeof(ProductJob) + (long)inputs * sizeof(int));
        var work = new Work { Scratch = memory, WorkBytes = workBytes, HasAvx2 = hasAvx2, Jobs = products.Length };
        memory += threads.Count * workBytes;
        if (hasBlocks)
        {
            work.Blocks = new(memory, inputs, columns, QuantizedInputs.Block);
            memory += quantizedBytes;
            Quantize(work.Blocks, x, threads);
        }

        if (hasSuperBlocks)
        {
            work.SuperBlocks = new(memory, inputs, columns, GgufTensorType.Q4K.BlockElements);
            memory += quantizedBytes;
            Quantize(work.SuperBlocks, x, threads);
        }

        if (hasSingle)
        {
            work.Single = new(memory, x, inputs, columns);
            memory += floatBytes;
            Run(inputs, columns, &OrderRow<SingleWeights>, &work.Single, threads);
        }

        if (hasBrain)
        {
            work.Brain = new(memory, x, inputs, columns);
            memory += floatBytes;
            Run(inputs, columns, &OrderRow<BrainFloatWeights>, &work.Brain, threads);
        }

        if (hasHalf)
        {
            work.Half = new(memory, x, inputs, columns);
            memory += floatBytes;
            Run(inputs, columns, &OrderRow<HalfWeights>, &work.Half, threads);
        }

        work.Job = (ProductJob*)memory;
        var sequence = (int*)(work.Job + products.Length);
        for (var i = 0; i < inputs; i++)
        {
            sequence[i] = i;
        }

        threads.Run(Plan(products, work.Job, sequence, threads.Count), &RunPart, &work);
    }

    /// <summary>Writes the jobs and returns the number of parts.</summary>
    private static int Plan(ReadOnlySpan<WeightProduct> products, ProductJob* jobs, int* sequence, int threads)
    {
        long rows = 0;
        foreach (ref readonly var product in products)
        {
            rows += product.Weights.Rows;
        }

        var parts = 0;
        for (var i = 0; i < products.Length; i++)
        {
            ref readonly var product = ref products[i];
            var weights = product.Weights;
            var fair = (int)Math.Min(weights.Rows, rows / ((long)threads * PartsAThread));
            var worth = (int)Math.Min(weights.Rows, PartBytes / weights.Type.BytesOf(weights.Columns));
            var partRows = Math.Max(EightRows.Count, product.Count >= FloatProduct.ManyInputs ? Math.Min(fair, ManyInputsRows) : Math.Min(fair, worth));
            jobs[i] = new ProductJob
            {
                Weights = weights.Data,
                RowBytes = weights.RowBytes,
                Rows = weights.Rows,
                Columns = weights.Columns,
                Type = weights.Type.Id,
                Output = product.Output,
                OutputStride = product.OutputStride,
                Inputs = product.Inputs == null ? sequence + product.FirstInput : product.Inputs,
                Count = product.Count,
                FirstPart = parts,
                PartRows = partRows / EightRows.Count * EightRows.Count,
            };
            parts += product.Count == 0 ? 0 : (weights.Rows + jobs[i].PartRows - 1) / jobs[i].PartRows;
        }

        return parts;
    }

    private static void RunPart(void* context, int part, int worker)
    {
        var work = (Work*)context;
        // The last job that begins at this part or before it.
        var (low, high) = (0, work->Jobs - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = work->Job[middle].FirstPart <= part ? (middle, high) : (low, middle - 1);
        }

        ref readonly var job = ref work->Job[low];
        var begin = (part - job.FirstPart) * job.PartRows;
        var end = Math.Min(job.Rows, begin + job.PartRows);
        var scratch = work->Scratch + worker * work->WorkBytes;
        if (job.Type == GgufTensorType.F32.Id)
        {
            FloatProduct.Run<SingleWeights>(job, begin, end, work->Single, scratch);
        }
        else if (job.Type == GgufTensorType.BF16.Id)
        {
            FloatProduct.Run<BrainFloatWeights>(job, begin, end, work->Brain, scratch);
        }
        else if (job.Type == GgufTensorType.F16.Id)
        {
            FloatProduct.Run<HalfWeights>(job, begin, end, work->Half, scratch);
        }
        else if (job.Type == GgufTensorType.Q8Zero.Id)
        {
            RunInteger<Q8ZeroKernel, Q8ZeroSteps>(work, job, begin, end, work->Blocks, scratch);
        }
        else if (job.Type == GgufTensorType.Q4Zero.Id)
        {
            RunInteger<Q4ZeroKernel, Q4ZeroSteps>(work, job, begin, end, work->Blocks, scratch);
        }
        else if (job.Type == GgufTensorType.Q4K.Id)
        {
            RunInteger<Q4KKernel, Q4KSteps>(work, job, begin, end, work->SuperBlocks, scratch);
        }
        else if (job.Type == GgufTensorType.Q6K.Id)
        {
            RunInteger<Q6KKernel, Q6KSteps>(work, job, begin, end, work->SuperBlocks, scratch);
        }
        else
        {
            RunInteger<Q5ZeroKernel, Q5ZeroSteps>(work, job, begin, end, work->Blocks, scratch);
        }
    }

    private static void RunInteger<TKernel, TBlock>(Work* work, in ProductJob job, int begin, int end, in QuantizedInputs x, byte* scratch)
        where TKernel : struct, IIntegerKernel
        where TBlock : struct, IQuantizedBlock
    {
        if (work->HasAvx2)
        {
            IntegerProduct.Run<TKernel>(job, begin, end, x, scratch);
        }
        else
        {
            IntegerProduct.Run<PortableKernel<TBlock>>(job, begin, end, x, scratch);
        }
    }

    private static void OrderRow<T>(void* context, int row, int worker)
        where T : struct, IFloatWeights
        => ((FloatInputs*)context)->Store<T>(row);

    private static void Quantize(QuantizedInputs inputs, float* x, CpuThreads threads)
    {
        var quantizing = new Quantizing { Inputs = inputs, X = x };
        Run(inputs.Rows, inputs.Columns, &QuantizeRow, &quantizing, threads);
    }

    /// <summary>Does rows of x, on all threads where that is worth waking them.</summary>
    private static void Run(int rows, int columns, delegate*<void*, int, int, void> row, void* context, CpuThreads threads)
    {
        if ((long)rows * columns >= ParallelElements)
        {
            threads.Run(rows, row, context);
            return;
        }

        for (var i = 0; i < rows; i++)
        {
            row(context, i, 0);
        }
    }

    private static void QuantizeRow(void* context, int row, int worker)
    {
        var quantizing = (Quantizing*)context;
        quantizing->Inputs.Store(quantizing->X + (long)row * quantizing->Inputs.Columns, row);
    }

    private struct Quantizing
    {
        public QuantizedInputs Inputs;
        public float* X;
    }

    private struct Work
    {
        public FloatInputs Single;
        public FloatInputs Brain;
        public FloatInputs Half;
        public QuantizedInputs Blocks;
        public QuantizedInputs SuperBlocks;
        public ProductJob* Job;
        public int Jobs;
        public byte* Scratch;
        public long WorkBytes;
        public bool HasAvx2;
    }
}
