using Xunit;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>The tests that share a browser; one after another, so that each has the machine's time.</summary>
[CollectionDefinition(nameof(BrowserTests))]
public sealed class BrowserTests : ICollectionFixture<Browser>, ICollectionFixture<SampleModelFixture>;
