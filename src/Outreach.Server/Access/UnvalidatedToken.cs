using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Outreach.Server.Access;

/// <summary>Reads tokens whose signature has not been checked.</summary>
internal static class UnvalidatedToken
{
    /// <summary>The token; null if the text is not a token.</summary>
    public static JsonWebToken? Parse(string token)
    {
        try
        {
            return new JsonWebToken(token);
        }
        catch (Exception malformed) when (malformed is ArgumentException or SecurityTokenException or FormatException or JsonException)
        {
            return null;
        }
    }
}
