using System.CommandLine;
using OlmoSharp.Cli.Commands.Generate;
using OlmoSharp.Cli.Help;
using OlmoSharp.Inference.Chat;
using OlmoSharp.Inference.Clients;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Server;
using OlmoSharp.Server.Access;

namespace OlmoSharp.Cli.Commands.Serve;

/// <summary><c>olmo serve</c>.</summary>
internal sealed class ServeCommand : RunnableCommand
{
    private static readonly ServerOptions Defaults = new() { ModelNames = [] };

    private readonly Option<string> _model = new("--model", "-m") { HelpName = "MODEL", Description = "A model folder, a checkpoint or a GGUF file", Required = true };
    private readonly EngineOption _engine = new();
    private readonly Option<string> _host = new("--host") { HelpName = "ADDRESS", Description = "IP address to listen on; 0.0.0.0 lets other machines in", DefaultValueFactory = _ => Defaults.Host };
    private readonly Option<int> _port = new("--port") { HelpName = "N", Description = "Port to listen on; 0 takes any that is free", DefaultValueFactory = _ => Defaults.Port };
    private readonly Option<string[]> _keys = new("--api-key") { HelpName = "KEY", Description = "Answer only requests with this key; may be given several times" };
    private readonly Option<string?> _keyFile = new("--api-key-file") { HelpName = "FILE", Description = "The same with keys from a file, one a line" };
    private readonly Option<string[]> _names = new("--model-name") { HelpName = "NAME", Description = "What requests call the model; may be given several times" };
    private readonly ChatTemplateOption _template = new();
    private readonly Option<long> _body = new("--max-body") { HelpName = "BYTES", Description = "Most bytes of a request", DefaultValueFactory = _ => Defaults.MaximumBodyBytes };
    private readonly Option<int?> _context = new("--max-context") { HelpName = "N", Description = "Most tokens of prompt and text together, below the model's own limit" };
    private readonly Option<int> _queue = new("--max-queue") { HelpName = "N", Description = "Most requests that wait; more are refused", DefaultValueFactory = _ => Defaults.MaximumWaiting };
    private readonly Option<int> _running = new("--max-running") { HelpName = "N", Description = "Most texts that are generated at once", DefaultValueFactory = _ => Defaults.MaximumRunning };
    private readonly Option<double> _timeout = new("--request-timeout") { HelpName = "SECONDS", Description = "Most time that a request may take", DefaultValueFactory = _ => Defaults.RequestTimeout.TotalSeconds };
    private readonly Option<double> _drain = new("--drain-timeout") { HelpName = "SECONDS", Description = "How long running requests may go on after Ctrl-C or SIGTERM", DefaultValueFactory = _ => Defaults.DrainTimeout.TotalSeconds };
    private readonly Option<string[]> _origins = new("--cors-origin") { HelpName = "ORIGIN", Description = "Let pages of this web origin call (*: all); may be given several times" };

    public ServeCommand()
        : base("serve", "Serve a model over HTTP as OpenAI's API does")
    {
        Group = CommandGroup.Inference;
        foreach (var option in new Option[] { _model, _engine, _host, _port, _keys, _keyFile, _names, _template, _body, _context, _queue, _running, _timeout, _drain, _origins })
        {
            Add(option);
        }

        Examples =
        [
            new("olmo serve --model runs/quickstart/soup", "Answer programs of this machine on port 8080"),
            new("olmo serve -m model.gguf --host 0.0.0.0 --api-key-file keys.txt", "Answer other machines that know a key"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var options = Read(arguments, terminal);
        options.Validate();
        // A model may take long to load; an address that is taken is told at once.
        options.CheckFree();
        if (!options.IsLoopback && options.ApiKeys.Count == 0)
        {
            await terminal.Error.WriteLineAsync($"warning: everyone who can reach {options.Host} may use this server; give it --api-key or --api-key-file");
        }

        var path = arguments.GetRequiredValue(_model);
        var model = LoadedModel.Load(path, engine: _engine.Read(arguments));
        model = model with { ChatTemplate = ChatTemplateChoice.Find(model, arguments.GetValue(_template)) };
        await using var server = await ModelServer.StartAsync(model, options, cancellation);
        await terminal.Output.WriteLineAsync($"serving '{options.ModelNames[0]}' on {server.Address}");
        // From here on a signal means the end, and not a failure.
        await terminal.Output.FlushAsync(CancellationToken.None);
        if (!await server.RunAsync(cancellation))
        {
            await terminal.Error.WriteLineAsync($"cancelled the requests that ran longer than the {options.DrainTimeout.TotalSeconds} s of --drain-timeout");
        }

        return ExitCode.Success;
    }

    private ServerOptions Read(ParseResult arguments, Terminal terminal)
    {
        var names = arguments.GetValue(_names) ?? [];
        var keys = arguments.GetValue(_keys) ?? [];
        return new()
        {
            Host = arguments.GetRequiredValue(_host),
            Port = arguments.GetValue(_port),
            ApiKeys = arguments.GetValue(_keyFile) is { } file ? [.. keys, .. ApiKeyFile.Read(file)] : keys,
            ModelNames = names.Length > 0 ? names : [ModelName.Of(arguments.GetRequiredValue(_model))],
            MaximumBodyBytes = arguments.GetValue(_body),
            MaximumContext = arguments.GetValue(_context),
            MaximumWaiting = arguments.GetValue(_queue),
            MaximumRunning = arguments.GetValue(_running),
            RequestTimeout = Seconds(arguments.GetValue(_timeout)),
            DrainTimeout = Seconds(arguments.GetValue(_drain)),
            CorsOrigins = arguments.GetValue(_origins) ?? [],
            Log = terminal.Error.WriteLine,
        };
    }

    /// <summary>As a time that the options can check; it would overflow otherwise.</summary>
    private static TimeSpan Seconds(double seconds) => double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Clamp(seconds, -1, 1e9)) : TimeSpan.FromSeconds(-1);
}
