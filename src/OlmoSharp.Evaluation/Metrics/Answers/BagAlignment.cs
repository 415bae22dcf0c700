namespace OlmoSharp.Evaluation.Metrics.Answers;

/// <summary>The assignment problem: partners for rows and columns, one to one, of the largest total score.</summary>
internal static class BagAlignment
{
    /// <summary>The largest total, by the Hungarian method with potentials (Kuhn 1955, Munkres 1957).</summary>
    /// <param name="scores">A score for each row and column; rows have equal lengths.</param>
    public static double LargestTotal(IReadOnlyList<double[]> scores)
    {
        var columns = scores.Count == 0 ? 0 : scores[0].Length;
        if (columns == 0)
        {
            return 0;
        }

        if (scores.Count > columns)
        {
            return LargestTotal([.. Enumerable.Range(0, columns).Select(column => scores.Select(row => row[column]).ToArray())]);
        }

        // 1-based; column 0 stands for "no column". rowOf[j] is the row that column j is given to.
        var rowPotential = new double[scores.Count + 1];
        var columnPotential = new double[columns + 1];
        var rowOf = new int[columns + 1];
        var previous = new int[columns + 1];
        for (var row = 1; row <= scores.Count; row++)
        {
            var slack = Enumerable.Repeat(double.PositiveInfinity, columns + 1).ToArray();
            var used = new bool[columns + 1];
            var column = 0;
            rowOf[0] = row;
            while (rowOf[column] != 0)
            {
                used[column] = true;
                var current = rowOf[column];
                var next = 0;
                var step = double.PositiveInfinity;
                for (var j = 1; j <= columns; j++)
                {
                    if (used[j])
                    {
                        continue;
                    }

                    var cost = -scores[current - 1][j - 1] - rowPotential[current] - columnPotential[j];
                    if (cost < slack[j])
                    {
                        (slack[j], previous[j]) = (cost, column);
                    }

                    if (slack[j] < step)
                    {
                        (step, next) = (slack[j], j);
                    }
                }

                for (var j = 0; j <= columns; j++)
                {
                    if (used[j])
                    {
                        rowPotential[rowOf[j]] += step;
                        columnPotential[j] -= step;
                    }
                    else
                    {
                        slack[j] -= step;
                    }
                }

                column = next;
            }

            while (column != 0)
            {
                rowOf[column] = rowOf[previous[column]];
                column = previous[column];
            }
        }

        return Enumerable.Range(1, columns).Where(column => rowOf[column] != 0).Sum(column => scores[rowOf[column] - 1][column - 1]);
    }
}
