using OlmoSharp.Training.Tests.Runs;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

// The number of libtorch's threads is global, and the size of the process is measured.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(SampleCorpus))]
