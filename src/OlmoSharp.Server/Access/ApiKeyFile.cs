namespace OlmoSharp.Server.Access;

/// <summary>A file of API keys: one a line; empty lines and those that begin with <c>#</c> are passed over.</summary>
public static class ApiKeyFile
{
    /// <summary>Reads the keys.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ServerException">The file cannot be read or holds no key.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ServerException($"{path}: the API keys cannot be read: {exception.Message}", exception);
        }

        string[] keys = [.. lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
        return keys.Length > 0 ? keys : throw new ServerException($"{path}: there is no API key; write one a line, or leave out --api-key-file");
    }
}
