using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Server.Access;
using OlmoSharp.Server.Hosting;
using OlmoSharp.Server.Metrics;
using OlmoSharp.Server.Routes;

namespace OlmoSharp.Server;

/// <summary>Serves a model over HTTP as OpenAI's API does; see docs/server.md.</summary>
public sealed class ModelServer : IAsyncDisposable
{
    // Beyond what any queue takes; each connection costs little.
    private const int MaximumConnections = 4096;

    private readonly ServedModel _model;
    private readonly WorkGate _gate;
    private readonly WebApplication _application;
    private readonly ServerOptions _options;

    private ModelServer(ServedModel model, ServerOptions options)
    {
        (_model, _options) = (model, options);
        _gate = new(options.RequestTimeout, options.MaximumBodyBytes);
        _application = Build();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What the model is doing and has done.</summary>
    public SchedulerStatistics Statistics => _model.Statistics;

    /// <summary>Starts to serve.</summary>
    /// <param name="model">The model. The server disposes it, also where it cannot start. Without a chat template there are no chats.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ServerException">An option is out of range, or the address cannot be listened on.</exception>
    public static async Task<ModelServer> StartAsync(LoadedModel model, ServerOptions options, CancellationToken cancellation = default)
    {
        ServedModel served;
        try
        {
            options.Validate();
            served = new(model, options);
        }
        catch
        {
            model.Engine.Dispose();
            throw;
        }

        var server = new ModelServer(served, options);
        try
        {
            await server._application.StartAsync(cancellation);
        }
        catch (Exception exception)
        {
            await server.DisposeAsync();
            if (exception is IOException or SocketException)
            {
                throw options.CannotListen(exception.InnerException is AddressInUseException, exception);
            }

            throw;
        }

        server.Address = new(server._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    /// <summary>Serves until it is told to stop, and lets running requests end.</summary>
    /// <param name="stop">Cancelled when the server is to end.</param>
    /// <returns>Whether all requests ended of themselves within the time that <see cref="ServerOptions.DrainTimeout"/> gives.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource();
        await using (stop.Register(stopped.SetResult))
        {
            await stopped.Task;
        }

        return await DrainAsync();
    }

    /// <summary>Takes no new requests, lets running ones end within the time that <see cref="ServerOptions.DrainTimeout"/> gives, cancels the rest, and ends the server.</summary>
    /// <returns>Whether all ended of themselves.</returns>
    public async Task<bool> DrainAsync()
    {
        var hasEnded = await _gate.DrainAsync(_options.DrainTimeout);
        await _application.StopAsync();
        return hasEnded;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gate.DrainAsync(TimeSpan.Zero);
        await _application.DisposeAsync();
        await _model.DisposeAsync();
        _gate.Dispose();
    }

    private WebApplication Build()
    {
        // Without the defaults: no environment variable or file changes where it listens.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. _options.CorsOrigins]).WithMethods(HttpMethods.Get, HttpMethods.Post).AllowAnyHeader().WithExposedHeaders("x-request-id", "Retry-After")));
        var application = builder.Build();
        var metrics = new RequestMetrics();
        application.UseRouting();
        application.Use(next => new RequestRecorder(next, metrics).InvokeAsync);
        application.Use(next => new ErrorResponder(next, _options.Log).InvokeAsync);
        if (_options.CorsOrigins.Count > 0)
        {
            application.UseCors();
        }

        var keys = new ApiKeys(_options.ApiKeys);
        application.Use(next => new AccessControl(next, keys, _options.IsLoopback).InvokeAsync);
        application.UseEndpoints(_ => { });
        Map(application, metrics);
        return application;
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(_options.Address, _options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        // The limit is RequestBody's. What is too long is then read to its end and dropped for some seconds, so that a client that is still sending comes to read its error.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxConcurrentConnections = MaximumConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        // Who sends or reads more slowly for so long is cut off; until then no more is kept for a connection than the buffers' 64 KB, because writing waits.
        kestrel.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MaxResponseBufferSize = 64 << 10;
    }

    private void Map(WebApplication application, RequestMetrics metrics)
    {
        var models = new ModelRoutes(_model);
        application.MapGet("/health", new HealthRoute(_gate).AnswerAsync).WithMetadata(new PublicRoute());
        application.MapGet("/metrics", new MetricsRoute(_model, metrics).AnswerAsync);
        application.MapGet("/v1/models", models.ListAsync);
        application.MapGet("/v1/models/{**model}", models.ShowAsync);
        application.MapPost("/v1/completions", Work(new CompletionRoute(_model)));
        application.MapPost("/v1/chat/completions", Work(new ChatRoute(_model)));
        application.MapPost("/v1/embeddings", Work(new EmbeddingRoute(_model)));
        application.MapPost("/tokenize", Work(new TokenizeRoute(_model)));
        application.MapPost("/detokenize", Work(new DetokenizeRoute(_model)));
        PageFiles.Map(application);
    }

    private RequestDelegate Work(IWorkRoute route) => async context =>
    {
        using var permit = _gate.Enter(context);
        context.Features.Set(permit);
        await route.AnswerAsync(context, permit);
    };
}
