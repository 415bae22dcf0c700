namespace OlmoSharp.Server.Hosting;

/// <summary>Marks a route that needs no API key.</summary>
internal sealed class PublicRoute;
