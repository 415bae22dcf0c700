namespace OlmoSharp.Evaluation.MixedModels;

/// <summary>What is needed of small dense symmetric matrices, as <c>[row, column]</c>.</summary>
internal static class SquareMatrix
{
    /// <summary>The lower triangle L with L·Lᵀ the matrix; null where it is not positive definite.</summary>
    public static double[,]? Cholesky(double[,] matrix)
    {
        var size = matrix.GetLength(0);
        var lower = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i, j];
                for (var k = 0; k < j; k++)
                {
                    sum -= lower[i, k] * lower[j, k];
                }

                if (i != j)
                {
                    lower[i, j] = sum / lower[j, j];
                }
                else if (sum > 1e-12 * Math.Abs(matrix[i, i]))
                {
                    lower[i, i] = Math.Sqrt(sum);
                }
                else
                {
                    return null;
                }
            }
        }

        return lower;
    }

    /// <summary>The x with L·x = b, in place of b.</summary>
    public static void SolveLower(double[,] lower, Span<double> b)
    {
        for (var i = 0; i < b.Length; i++)
        {
            for (var k = 0; k < i; k++)
            {
                b[i] -= lower[i, k] * b[k];
            }

            b[i] /= lower[i, i];
        }
    }

    /// <summary>The x with Lᵀ·x = b, in place of b.</summary>
    public static void SolveUpper(double[,] lower, Span<double> b)
    {
        for (var i = b.Length - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < b.Length; k++)
            {
                b[i] -= lower[k, i] * b[k];
            }

            b[i] /= lower[i, i];
        }
    }

    /// <summary>Twice the sum of the logarithms of the diagonal: the logarithm of the determinant of L·Lᵀ.</summary>
    public static double LogDeterminant(double[,] lower) => 2 * Enumerable.Range(0, lower.GetLength(0)).Sum(i => Math.Log(lower[i, i]));

    /// <summary>The inverse of L·Lᵀ.</summary>
    public static double[,] Inverse(double[,] lower)
    {
        var size = lower.GetLength(0);
        var inverse = new double[size, size];
        var column = new double[size];
        for (var j = 0; j < size; j++)
        {
            Array.Clear(column);
            column[j] = 1;
            SolveLower(lower, column);
            SolveUpper(lower, column);
            for (var i = 0; i < size; i++)
            {
                inverse[i, j] = column[i];
            }
        }

        return inverse;
    }
}
