using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Configuration;

/// <summary>What the options files of a program declare of its own types and methods. A declaration in any folder holds in all: it is about the type, not about the file.</summary>
internal static class Declarations
{
    private static readonly ImmutableArray<string> Keys = ImmutableArray.Create(
        Option.LockMethods.Key, Option.SpawnMethods.Key, Option.JoinMethods.Key, Option.PoolTypes.Key, Option.SafeTypes.Key, Option.InterfaceTypes.Key);

    /// <summary>The declarations of all files of the compilation.</summary>
    public static DeclaredNames Of(Compilation compilation, AnalyzerConfigOptionsProvider provider)
    {
        HashSet<string>?[]? found = null;
        var seen = new HashSet<AnalyzerConfigOptions>();
        foreach (var options in compilation.SyntaxTrees.Select(provider.GetOptions).Prepend(provider.GlobalOptions))
        {
            if (!seen.Add(options))
                continue;
            for (var i = 0; i < Keys.Length; i++)
                if (options.TryGetValue(Keys[i], out var names))
                    ((found ??= new HashSet<string>?[Keys.Length])[i] ??= new HashSet<string>(StringComparer.Ordinal))
                        .UnionWith(names.Split(',').Select(name => name.Trim()).Where(name => name.Length > 0));
        }
        if (found is null)
            return DeclaredNames.None;
        var sets = found.Select(names => names?.ToImmutableHashSet(StringComparer.Ordinal) ?? ImmutableHashSet<string>.Empty).ToList();
        return new DeclaredNames(sets[0], sets[1], sets[2], sets[3], sets[4], sets[5]);
    }
}
