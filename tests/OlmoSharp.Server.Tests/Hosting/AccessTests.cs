using System.Net;
using System.Net.Http.Headers;
using OlmoSharp.Server.Access;
using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Tests.Serving;
using Xunit;

namespace OlmoSharp.Server.Tests.Hosting;

/// <summary>Who may call what.</summary>
public sealed class AccessTests(SampleModel sample) : IClassFixture<SampleModel>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_keys_only_health_and_pages_are_open()
    {
        await using var server = await TestServer.StartAsync(sample, options => options with { ApiKeys = ["first-key", "second-key"] });
        foreach (var path in new[] { "/health", "/" })
        {
            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(path, Cancellation)).StatusCode);
        }

        foreach (var (header, code) in new (string?, string)[]
        {
            (null, "missing_api_key"), ("Bearer wrong", "invalid_api_key"), ("Bearer first-ke", "invalid_api_key"), ("Bearer first-keyy", "invalid_api_key"), ("Basic first-key", "invalid_api_key"), ("Bearer ", "invalid_api_key"),
        })
        {
            foreach (var path in new[] { "/v1/models", "/metrics", "/v1/models/tiny", "/nothing" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.TryAddWithoutValidation("Authorization", header);
                using var response = await server.Client.SendAsync(request, Cancellation);
                var error = await TestServer.ReadErrorAsync(response, HttpStatusCode.Unauthorized);
                Assert.Equal(code, error.GetProperty("code").GetString());
                Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
                Assert.DoesNotContain("first-ke", error.GetRawText(), StringComparison.Ordinal);
            }
        }

        foreach (var key in new[] { "first-key", "second-key" })
        {
            server.Client.DefaultRequestHeaders.Authorization = new("Bearer", key);
            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/v1/models", Cancellation)).StatusCode);
            Assert.Equal(sample.Greedy("Gets", 3), (await server.PostAsync("/v1/completions", new { model = "tiny", prompt = "Gets", max_tokens = 3, temperature = 0 })).GetProperty("choices")[0].GetProperty("text").GetString());
        }

        Assert.Empty(server.Log);
    }

    [Fact]
    public async Task Without_keys_only_names_of_this_machine_reach_it()
    {
        await using var server = await TestServer.StartAsync(sample);
        Assert.Equal(HttpStatusCode.OK, await Get("localhost"));
        Assert.Equal(HttpStatusCode.OK, await Get("127.0.0.1:1234"));
        Assert.Equal(HttpStatusCode.OK, await Get("[::1]"));
        Assert.Equal(HttpStatusCode.Forbidden, await Get("attacker.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await Get("localhost.attacker.example"));

        async Task<HttpStatusCode> Get(string host)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Headers = { Host = host } };
            using var response = await server.Client.SendAsync(request, Cancellation);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Pages_of_other_origins_may_call_only_where_that_is_allowed()
    {
        await using var server = await TestServer.StartAsync(sample, options => options with { CorsOrigins = ["https://good.example"], ApiKeys = ["key"] });
        foreach (var (origin, isAllowed) in new[] { ("https://good.example", true), ("https://bad.example", false) })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/chat/completions");
            preflight.Headers.Add("Origin", origin);
            preflight.Headers.Add("Access-Control-Request-Method", "POST");
            preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
            using var response = await server.Client.SendAsync(preflight, Cancellation);
            Assert.Equal(isAllowed, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) && allowed.Single() == origin);
        }

        await using var closed = await TestServer.StartAsync(sample);
        using var get = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        get.Headers.Add("Origin", "https://good.example");
        Assert.False((await closed.Client.SendAsync(get, Cancellation)).Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Pages_come_with_a_strict_policy_and_a_tag()
    {
        await using var server = await TestServer.StartAsync(sample);
        using var page = await server.Client.GetAsync("/", Cancellation);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        using var again = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { IfNoneMatch = { EntityTagHeaderValue.Parse(page.Headers.ETag!.ToString()) } } };
        Assert.Equal(HttpStatusCode.NotModified, (await server.Client.SendAsync(again, Cancellation)).StatusCode);
    }

    [Fact]
    public void Keys_are_compared_whole()
    {
        var keys = new ApiKeys(["alpha", "beta"]);
        keys.Check("Bearer alpha");
        keys.Check("bearer beta");
        foreach (var wrong in new[] { "Bearer alph", "Bearer alphabeta", "Bearer ALPHA", "alpha", "Bearer", "" })
        {
            Assert.Equal(401, Assert.Throws<ApiException>(() => keys.Check(wrong)).Status);
        }

        new ApiKeys([]).Check(null);
    }

    [Fact]
    public void A_file_of_keys_has_one_a_line()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "# keys\nalpha\n\n  beta \r\n");
            Assert.Equal(["alpha", "beta"], ApiKeyFile.Read(path));
            File.WriteAllText(path, "# none\n");
            Assert.Contains("no API key", Assert.Throws<ServerException>(() => ApiKeyFile.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Throws<ServerException>(() => ApiKeyFile.Read(path));
    }
}
