using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Ownership;

/// <summary>A type whose objects own threads that go on until somebody ends them.</summary>
/// <param name="Type">The type.</param>
/// <param name="Ends">The members by which others end its work, the best first.</param>
/// <param name="Workers">The threads and tasks that its source starts; none where only its name or a declaration says that it is a pool.</param>
/// <param name="Starters">The members that start them: constructors, or methods to be called; none where the first moment counts as the start.</param>
internal sealed record Pool(INamedTypeSymbol Type, ImmutableArray<IMethodSymbol> Ends, IReadOnlyList<Worker> Workers, ImmutableHashSet<ISymbol> Starters)
{
    /// <summary>Whether its threads keep the process alive.</summary>
    public bool IsForeground => Workers.Any(worker => worker.IsForeground);

    /// <summary>Whether the threads run as soon as there is an object.</summary>
    public bool StartsAtOnce => Starters.IsEmpty || Starters.OfType<IMethodSymbol>().Any(starter => starter.MethodKind == MethodKind.Constructor);

    /// <summary>Whether the threads of an object run, which those who have it call so.</summary>
    public bool Runs(IEnumerable<IInvocationOperation> calls) => StartsAtOnce || calls.Any(call => Starters.Any(starter => starter.Name == call.TargetMethod.Name));

    /// <summary>Whether the call ends the object's work.</summary>
    public bool IsEndedBy(IMethodSymbol method) => PoolMembers.Ends(method) || Ends.Contains(method.OriginalDefinition, SymbolEqualityComparer.Default);
}

/// <summary>
/// Which types of a program are pools: those that its options or attributes declare, known ones of libraries, and, above all,
/// those of its own source that start threads or tasks which only others can end, and that offer a way to end them.
/// </summary>
internal sealed class PoolTypes
{
    private static readonly ConditionalWeakTable<Compilation, PoolTypes> Programs = new();

    private readonly ConcurrentDictionary<INamedTypeSymbol, Pool?> known = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, IReadOnlyList<Worker>> workers = new(SymbolEqualityComparer.Default);
    private readonly DeclaredNames declared;

    private PoolTypes(DeclaredNames declared) => this.declared = declared;

    /// <summary>The pools of a compilation.</summary>
    /// <param name="compilation">The program.</param>
    /// <param name="declared">What its options declare; the same for all who ask.</param>
    public static PoolTypes Of(Compilation compilation, Func<DeclaredNames> declared) => Programs.GetValue(compilation, _ => new PoolTypes(declared()));

    /// <summary>What makes the type a pool; null where nothing does.</summary>
    public Pool? this[ITypeSymbol? type, Compilation compilation, CancellationToken cancellation]
    {
        get
        {
            if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class, IsStatic: false, SpecialType: SpecialType.None } named)
                return null;
            var definition = named.OriginalDefinition;
            if (!known.TryGetValue(definition, out var pool))
                known[definition] = pool = Read(definition, compilation, KnownTypes.Of(compilation), cancellation);
            return pool;
        }
    }

    /// <summary>The workers that the type's own source starts.</summary>
    public IReadOnlyList<Worker> WorkersOf(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        workers.GetOrAdd(type.OriginalDefinition, definition => Worker.Of(definition, compilation, KnownTypes.Of(compilation), cancellation));

    /// <summary>The workers that run on an object of the type: its own, and those of its bases, with what the type's own methods do for them.</summary>
    public IEnumerable<Worker> WorkersOn(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        SelfAndBases(type).SelectMany((candidate, depth) => depth == 0 ? WorkersOf(candidate, compilation, cancellation)
            : WorkersOf(candidate, compilation, cancellation).Select(worker => worker.On(type, compilation, cancellation)).OfType<Worker>().Concat(Worker.Left(candidate, type, compilation, KnownTypes.Of(compilation), cancellation)));

    /// <summary>The pool that the operation makes: by a creation, or by a method that does nothing else, or is a factory of the type itself.</summary>
    public Pool? MadeBy(IOperation operation, Compilation compilation, CancellationToken cancellation) => operation switch
    {
        IObjectCreationOperation creation => this[creation.Type, compilation, cancellation],
        IInvocationOperation { TargetMethod: { ReturnsVoid: false } method } call when (method.OnlyResult() is BaseObjectCreationExpressionSyntax || method.IsStatic && SymbolEqualityComparer.Default.Equals(method.ContainingType.OriginalDefinition, call.Type?.OriginalDefinition) && Values.IsMadeBy(method))
            && this[call.Type, compilation, cancellation] is { } pool => pool,
        IInvocationOperation { Type.TypeKind: TypeKind.Interface, TargetMethod: { DeclaringSyntaxReferences.IsEmpty: false } factory } when factory.OnlyResult() is BaseObjectCreationExpressionSyntax creation && compilation.ContainsSyntaxTree(creation.SyntaxTree)
            => this[Models.Of(creation.SyntaxTree, compilation).GetTypeInfo(creation, cancellation).Type, compilation, cancellation],
        _ => null,
    };

    private Pool? Read(INamedTypeSymbol type, Compilation compilation, KnownTypes types, CancellationToken cancellation)
    {
        var ends = Members(type).Where(PoolMembers.IsOffered).OrderBy(PoolMembers.Rank).ToImmutableArray();
        foreach (var candidate in SelfAndBases(type))
        {
            if (Contracts.Shutdown(candidate) is { } name)
                return Declared(type, name.Length == 0 ? ends : Members(type).Where(method => method.Name == name).ToImmutableArray().AddRange(ends));
            if (DeclaredNames.Include(declared.PoolTypes, candidate))
                return Declared(type, ends);
        }
        if (ends.IsEmpty || Hosts.Ends(type))
            return null;
        var all = SelfAndBases(type).SelectMany(candidate => WorkersOf(candidate, compilation, cancellation)).ToList();
        // Whom the member that starts them waits for, nobody needs to end.
        var workers = all.Where(worker => !IsAwaitedWhereStarted(worker, types)).ToList();
        if (all.Count > 0 && workers.Count == 0)
            return null;
        if (workers.Count == 0)
            return !type.Locations.Any(location => location.IsInSource) && PoolMembers.IsPool(type, types) ? Declared(type, ends) : null;
        // Who ends itself, as a session does when the other side is gone, needs nobody to end it.
        if (workers.Any(worker => worker.Calls(method => ends.Contains(method.OriginalDefinition, SymbolEqualityComparer.Default))))
            return null;
        var starters = workers.Select(worker => Starter(worker.Site)).ToList();
        return starters.Any(starter => starter is { IsStatic: true }) ? null
            : new Pool(type, ends, workers, Callers(starters.OfType<ISymbol>().ToImmutableHashSet(SymbolEqualityComparer.Default), type, compilation, cancellation));
    }

    /// <summary>Whether the code that makes the thread goes on to join it, or those that it has made with it, without a limit of time.</summary>
    private static bool IsAwaitedWhereStarted(Worker worker, KnownTypes types) => types[worker.Site.Type] == KnownType.Thread && worker.Site.Function().OwnOperations()
        .Any(operation => operation is IInvocationOperation { TargetMethod: var method, Arguments.IsEmpty: true } && operation.Syntax.SpanStart > worker.Site.Syntax.Span.End && ThreadMembers.Joins(method, types));

    private static Pool? Declared(INamedTypeSymbol type, ImmutableArray<IMethodSymbol> ends) =>
        ends.IsEmpty ? null : new Pool(type, ends, [], ImmutableHashSet<ISymbol>.Empty);

    /// <summary>The method that has the operation; an initialiser counts as the constructor.</summary>
    private static IMethodSymbol? Starter(IOperation site) => site.SemanticModel?.GetEnclosingSymbol(site.Syntax.SpanStart) switch
    {
        IMethodSymbol method => Outermost(method),
        { ContainingType: { } type } => type.InstanceConstructors.FirstOrDefault(),
        _ => null,
    };

    private static IMethodSymbol Outermost(IMethodSymbol method)
    {
        while (method.ContainingSymbol is IMethodSymbol outer)
            method = outer;
        return method;
    }

    /// <summary>The members that start the threads, and those that call them.</summary>
    private static ImmutableHashSet<ISymbol> Callers(ImmutableHashSet<ISymbol> starters, INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        var calls = SelfAndBases(type).SelectMany(candidate => Models.BodiesOf(candidate, compilation, cancellation))
            .SelectMany(body => body.Descendants()).OfType<IInvocationOperation>()
            .Select(call => (Caller: (ISymbol?)Starter(call), Called: (ISymbol)call.TargetMethod.OriginalDefinition)).ToList();
        for (var size = 0; size != starters.Count;)
        {
            size = starters.Count;
            starters = starters.Union(calls.Where(call => call.Caller is not null && starters.Contains(call.Called)).Select(call => call.Caller!));
        }
        return starters;
    }

    private static IEnumerable<IMethodSymbol> Members(INamedTypeSymbol type) => SelfAndBases(type).SelectMany(candidate => candidate.GetMembers()).OfType<IMethodSymbol>();

    private static IEnumerable<INamedTypeSymbol> SelfAndBases(INamedTypeSymbol type)
    {
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
            yield return current.OriginalDefinition;
    }
}
