using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>Types and members whose meaning a program's options declare, each by its name, its full name or its documentation id.</summary>
/// <param name="LockMethods">Methods that take a lock and return what releases it.</param>
/// <param name="SpawnMethods">Methods that run the delegate they are given on another thread.</param>
/// <param name="JoinMethods">Methods that wait for the thread or task they are given, or are called on.</param>
/// <param name="PoolTypes">Types whose methods run the delegates they are given on other threads.</param>
/// <param name="SafeTypes">Types whose members any thread may use.</param>
/// <param name="InterfaceTypes">Types that only the user interface's thread may use.</param>
internal sealed record DeclaredNames(
    ImmutableHashSet<string> LockMethods, ImmutableHashSet<string> SpawnMethods, ImmutableHashSet<string> JoinMethods,
    ImmutableHashSet<string> PoolTypes, ImmutableHashSet<string> SafeTypes, ImmutableHashSet<string> InterfaceTypes)
{
    /// <summary>Nothing is declared.</summary>
    public static DeclaredNames None { get; } = new(ImmutableHashSet<string>.Empty, ImmutableHashSet<string>.Empty, ImmutableHashSet<string>.Empty, ImmutableHashSet<string>.Empty, ImmutableHashSet<string>.Empty, ImmutableHashSet<string>.Empty);

    /// <summary>All of it in one word, the same for the same declarations.</summary>
    public string Stamp => string.Join("|", new[] { LockMethods, SpawnMethods, JoinMethods, PoolTypes, SafeTypes, InterfaceTypes }
        .Select(names => string.Join(",", names.OrderBy(name => name, StringComparer.Ordinal))));

    /// <summary>Whether the symbol is one of those named.</summary>
    public static bool Include(ImmutableHashSet<string> names, ISymbol symbol) => !names.IsEmpty
        && (names.Contains(symbol.Name) || names.Contains(FullName(symbol)) || names.Contains(symbol.OriginalDefinition.GetDocumentationCommentId() ?? ""));

    /// <summary>The name with the types and namespaces that it is in, without type arguments and parameters.</summary>
    public static string FullName(ISymbol symbol) => symbol.ContainingSymbol is null or INamespaceSymbol { IsGlobalNamespace: true } or IModuleSymbol
        ? symbol.Name
        : $"{FullName(symbol.ContainingSymbol)}.{symbol.Name}";
}
