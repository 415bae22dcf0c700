using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Taggers;
using OlmoSharp.Distributed;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers;

/// <summary>Runs a tag job as the command does.</summary>
internal static class TagRun
{
    public static JobResult Run(TagConfig config, TaggerCatalog? catalog = null, bool quarantines = false, IProcessGroup? group = null, Action<long>? onDocument = null)
    {
        var job = new TagJob(config, catalog ?? new TaggerCatalog(), quarantines);
        return new ShardJob("tag", job.Settings) { Threads = config.Processes, Group = group ?? SingleProcess.Instance, Again = config.IgnoreExisting }
            .Run(job.Tasks, job.Run, onDocument, TestContext.Current.CancellationToken);
    }
}
