using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>A target framework as a project names it, <c>net8.0-windows</c> or <c>net472</c>.</summary>
/// <param name="Family"><c>net</c> (also <c>netcoreapp</c>), <c>netstandard</c> or <c>netframework</c>.</param>
/// <param name="Platform">What follows the dash, without its version, in lower case; empty for none.</param>
internal sealed record Moniker(string Name, string Family, Version Version, string Platform)
{
    /// <summary>What a project without a readable framework is taken for.</summary>
    public static Moniker Default { get; } = new(Frameworks.Default, "net", new(10, 0), "");

    /// <summary>Reads a moniker; null for one that is none of .NET, .NET Standard and .NET Framework.</summary>
    public static Moniker? Parse(string text)
    {
        var name = text.Trim().ToLowerInvariant();
        var parts = name.Split('-', 2);
        var platform = parts.Length > 1 ? new string([.. parts[1].TakeWhile(char.IsLetter)]) : "";
        foreach (var prefix in (ReadOnlySpan<string>)["netstandard", "netcoreapp", "net"])
        {
            if (!parts[0].StartsWith(prefix, StringComparison.Ordinal))
                continue;
            var digits = parts[0][prefix.Length..];
            if (digits.Contains('.'))
                return Version.TryParse(digits, out var dotted) ? new(name, prefix == "netstandard" ? prefix : "net", dotted, platform) : null;
            // net48 is 4.8 and net472 is 4.7.2: one digit each.
            return digits.Length is 2 or 3 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                ? new(name, "netframework", new(digits[0] - '0', digits[1] - '0', digits.Length == 3 ? digits[2] - '0' : 0), platform)
                : null;
        }
        return null;
    }

    /// <summary>The newest of a project's frameworks, .NET before .NET Standard before .NET Framework, without a platform where there is a choice.</summary>
    public static Moniker Newest(IEnumerable<string> names) => names.Select(Parse).OfType<Moniker>()
        .OrderByDescending(moniker => moniker.Family switch { "net" => 2, "netstandard" => 1, _ => 0 })
        .ThenByDescending(moniker => moniker.Version)
        .ThenBy(moniker => moniker.Platform, StringComparer.Ordinal)
        .FirstOrDefault() ?? Default;

    /// <summary>Whether code for <paramref name="other"/> can be used by this framework; only within a family, and .NET Standard by all.</summary>
    public bool CanUse(Moniker other) => Family == other.Family ? Version >= other.Version : other.Family == "netstandard";

    /// <summary>The reference assemblies that stand for it, one of <see cref="Frameworks.All"/>: never older than itself, so that no member is missing.</summary>
    public string References => Family switch
    {
        "netframework" => "net472",
        "netstandard" when Version < new Version(2, 1) => "netstandard2.0",
        "net" when Version >= new Version(9, 0) => "net10.0",
        _ => "net8.0",
    };

    /// <summary>The C# that the SDK chooses for it.</summary>
    public LanguageVersion Language => Family == "net" && Version.Major >= 5
        ? LanguageVersionFacts.TryParse((Version.Major + 4).ToString(CultureInfo.InvariantCulture), out var version) ? version : LanguageVersion.Preview
        : Family == "net" && Version.Major == 3 || Family == "netstandard" && Version >= new Version(2, 1) ? LanguageVersion.CSharp8 : LanguageVersion.CSharp7_3;

    /// <summary>The conditional symbols that the SDK defines for it.</summary>
    public ImmutableArray<string> Symbols
    {
        get
        {
            var symbols = ImmutableArray.CreateBuilder<string>();
            switch (Family)
            {
                case "netframework":
                    symbols.AddRange("NETFRAMEWORK", "NET" + Digits(Version));
                    symbols.AddRange(Older(["2.0", "3.5", "4.0", "4.5", "4.5.1", "4.5.2", "4.6", "4.6.1", "4.6.2", "4.7", "4.7.1", "4.7.2", "4.8", "4.8.1"]).Select(version => $"NET{Digits(version)}_OR_GREATER"));
                    break;
                case "netstandard":
                    symbols.AddRange("NETSTANDARD", $"NETSTANDARD{Version.Major}_{Version.Minor}");
                    symbols.AddRange(Older(["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2.0", "2.1"]).Select(version => $"NETSTANDARD{version.Major}_{version.Minor}_OR_GREATER"));
                    break;
                default:
                    symbols.AddRange("NETCOREAPP", Version.Major >= 5 ? "NET" : "NETCOREAPP" + Version.Major, (Version.Major >= 5 ? "NET" : "NETCOREAPP") + $"{Version.Major}_{Version.Minor}");
                    symbols.AddRange(Older(["1.0", "1.1", "2.0", "2.1", "2.2", "3.0", "3.1"]).Select(version => $"NETCOREAPP{version.Major}_{version.Minor}_OR_GREATER"));
                    symbols.AddRange(Older(["5.0", "6.0", "7.0", "8.0", "9.0", "10.0"]).Select(version => $"NET{version.Major}_0_OR_GREATER"));
                    break;
            }
            if (Platform.Length > 0)
                symbols.Add(Platform.ToUpperInvariant());
            return symbols.ToImmutable();
        }
    }

    private IEnumerable<Version> Older(IEnumerable<string> versions) => versions.Select(Version.Parse).Where(version => version <= Version);

    private static string Digits(Version version) => $"{version.Major}{version.Minor}{(version.Build > 0 ? version.Build : "")}";
}
