using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>
/// Calls and creations that a name which is not known keeps from being resolved: one within a lambda is enough. So is code that
/// is being edited, or whose packages are not there. Where all candidates are of one name and type, it is known what the call
/// does, whichever of them it means.
/// </summary>
internal sealed class Unresolved(BodyWalk walk)
{
    private Recorder Recorder => walk.Recorder;

    public Path? Operation(IInvalidOperation operation)
    {
        var arguments = operation.Syntax switch
        {
            InvocationExpressionSyntax call => call.ArgumentList,
            BaseObjectCreationExpressionSyntax creation => creation.ArgumentList,
            _ => null,
        };
        if (arguments is null || Candidates(operation) is not { Count: > 0 } candidates)
            return Unknown(operation);
        var given = new List<IOperation>();
        IOperation? receiver = null;
        foreach (var child in operation.ChildOperations)
            if (arguments.Arguments.Any(argument => argument.Expression.Span == child.Syntax.Span))
                given.Add(child);
            else if (!(operation.Syntax is BaseObjectCreationExpressionSyntax))
                receiver ??= child;
        var method = candidates.FirstOrDefault(candidate => candidate.Parameters.Length == given.Count) ?? candidates[0];
        return given.Count != arguments.Arguments.Count ? Unknown(operation)
            : operation.Syntax is InvocationExpressionSyntax ? Call(operation, method, candidates.Count == 1, receiver, given)
            : Creation(operation, method, candidates.Count == 1, given);
    }

    /// <summary>Code of which nothing is known may wait for the threads and tasks that it is given.</summary>
    public Path? Unknown(IOperation operation)
    {
        foreach (var child in operation.ChildOperations)
        {
            var value = walk.Visit(child);
            if (value is not null && IsHandle(value, child))
                walk.Calls.Join(value, timed: false, child.Syntax);
            walk.Calls.Tasks.CallsBack(operation, child, value, null);
        }
        return null;
    }

    /// <summary>What the call may mean: methods of one name and type, or none.</summary>
    private static List<IMethodSymbol> Candidates(IInvalidOperation operation)
    {
        var info = operation.SemanticModel!.GetSymbolInfo(operation.Syntax);
        var candidates = info.CandidateReason == CandidateReason.OverloadResolutionFailure ? info.CandidateSymbols.OfType<IMethodSymbol>().ToList() : [];
        return candidates.TrueForAll(candidate => candidate.Name == candidates[0].Name && SymbolEqualityComparer.Default.Equals(candidate.ContainingType?.OriginalDefinition, candidates[0].ContainingType?.OriginalDefinition)) ? candidates : [];
    }

    private Path? Call(IInvalidOperation operation, IMethodSymbol method, bool isOnly, IOperation? instance, List<IOperation> given)
    {
        var receiver = instance is null ? method.IsStatic ? null : Path.This : walk.Visit(instance);
        if (method.ReducedFrom is { } extension)
        {
            method = extension;
            if (instance is not null)
                given.Insert(0, instance);
        }
        var type = method.IsStatic ? null : walk.TypeOf(instance);
        var effect = Effects.Of(method, type, walk.Types);
        switch (effect.Kind)
        {
            case EffectKind.Start or EffectKind.StartAndJoin when !given.Skip(1).Any(IsUnknown): return walk.Calls.Tasks.Start(operation, method, effect, receiver, given);
            case EffectKind.CallNow: return walk.Sequences.CallNow(operation, method, instance, given, receiver);
        }
        var values = given.Select((value, i) => i == 0 && value == instance ? receiver : walk.Visit(value)).ToList();
        if (effect.Kind == EffectKind.None && Calls.InSource(method))
            return isOnly && values.Count <= method.Parameters.Length ? walk.Calls.Call(method, receiver, values, operation.Syntax, !method.IsStatic && (method.IsVirtual || method.IsAbstract || method.IsOverride), Completion.Awaited) : null;
        if (effect.Kind == EffectKind.None)
        {
            walk.Sequences.Content(receiver, type, Containers.Mutates(method) ? AccessKind.Write : AccessKind.Read, operation.Syntax);
            if (Containers.Inserts(method))
                Recorder.Store(receiver?.Then(Path.Element), values.LastOrDefault(), operation.Syntax);
        }
        if (!Containers.Inserts(method))
            for (var i = 0; i < values.Count; i++)
                if (values[i] is { } value && IsHandle(value, given[i]))
                    walk.Calls.Join(value, timed: false, given[i].Syntax);
        return null;
    }

    private Path Creation(IInvalidOperation operation, IMethodSymbol constructor, bool isOnly, List<IOperation> given)
    {
        var values = given.ConvertAll(walk.Visit);
        var known = walk.Types[operation.Type];
        var made = walk.Creations.Allocate(operation, known, values);
        if (isOnly && Calls.InSource(constructor) && !constructor.IsImplicitlyDeclared && values.Count <= constructor.Parameters.Length)
            walk.Calls.Call(constructor, made, values, operation.Syntax, overridable: false);
        if (operation.ChildOperations.OfType<IObjectOrCollectionInitializerOperation>().FirstOrDefault() is { } initializer)
            walk.Creations.Initialize(made, initializer);
        if (known == KnownType.Timer)
            walk.Calls.Tasks.TimerMade(operation, made, given, values);
        return made;
    }

    /// <summary>Whether the value is a thread or a task, by its type or by how it was made.</summary>
    private bool IsHandle(Path value, IOperation operation) => Effects.HandleKind(walk.Types[operation.Unconverted().Type]) is not null
        || value is { IsRoot: true, Root: Root.Allocation } && walk.Allocations.TryGetValue(value.Name, out var made) && Effects.HandleKind(made.Type) is not null;

    /// <summary>Whether the value may be a scheduler of the program's own.</summary>
    private bool IsUnknown(IOperation value) => value is not IAnonymousFunctionOperation && (value.Type is { TypeKind: TypeKind.Error } || Waiting.IsOwnScheduler(value, walk.Types));
}
