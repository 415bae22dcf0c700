using Xunit.Sdk;
using Xunit.v3;

// The number of libtorch's threads is global, and tests set it.
[assembly: Parallelization(Mode = ParallelMode.None)]
