using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A monitor taken on an object that is a lock of its own: whoever uses that is not excluded. A
/// <c>System.Threading.Lock</c> is told only where the compiler does not (CS9216): behind a type parameter.
/// Source: documentation of <c>System.Threading.Lock</c> and "Overview of synchronization primitives", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class LockOnSyncObject() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4005", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "A synchronisation object should be used through its own methods",
        message: "'{0}' is a '{1}', and its monitor does not exclude who uses '{2}': {3}",
        why: "A semaphore, mutex or reader-writer lock keeps its own state, which 'lock' and Monitor neither read nor change. One thread inside 'lock' and another that has taken the object by its own method both run.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        MonitorLocks.Watch(context, types, (action, locked) =>
        {
            var type = Kind(locked, types);
            if (SyncObject.Of(type, types) is not { } own)
                return;
            var places = PlacesOf(locked, types, action);
            if (places[0].Syntax.SyntaxTree == locked.Syntax.SyntaxTree && places[0].Syntax.Span.IntersectsWith(locked.Syntax.Span) && !places.Any(place => IsTakenBefore(place, types)))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, locked.Syntax.GetLocation(), places.Skip(1).Select(place => place.Syntax.GetLocation()),
                    locked.Syntax, type!.Name, own.Take, $"use its '{own.Take}' and '{own.Give}', or lock a private object"));
        });
        if (!Mention.Of(KnownType.Lock, context.Compilation, context.CancellationToken))
            return;
        context.RegisterOperationAction(action =>
        {
            var (method, arguments) = action.Operation is IInvocationOperation call ? (call.TargetMethod, call.Arguments)
                : (((IObjectCreationOperation)action.Operation).Constructor, ((IObjectCreationOperation)action.Operation).Arguments);
            if (method is { DeclaringSyntaxReferences.IsEmpty: false } and ({ IsGenericMethod: true } or { MethodKind: MethodKind.Constructor, ContainingType.IsGenericType: true }))
                foreach (var argument in arguments)
                    if (types[argument.Parameter?.Type] == KnownType.Lock && argument.Parameter!.OriginalDefinition is var parameter && (IsLockedAsTypeParameter(parameter) || IsKeptToBeLocked(parameter)))
                        action.ReportDiagnostic(Diagnostic.Create(Descriptor, argument.Value.Syntax.GetLocation(), argument.Value.Syntax,
                            "Lock", "Enter", $"'{(method.MethodKind == MethodKind.Constructor ? method.ContainingType : (ISymbol)method).Name}' locks it as a '{parameter.Type.Name}', so pass an object that is no 'Lock'"));
        }, OperationKind.Invocation, OperationKind.ObjectCreation);
    }

    /// <summary>The places that lock the same field, in the order of the files: what it is used for was decided once, and is said once.</summary>
    private static IReadOnlyList<IOperation> PlacesOf(IOperation locked, KnownTypes types, OperationAnalysisContext action) =>
        locked is IFieldReferenceOperation { Field: { DeclaringSyntaxReferences.IsEmpty: false } field }
            && MemberUses.InSource(field, action.Compilation, action.CancellationToken).Where(use => MonitorLocks.IsLocked(use, types)).ToList() is { Count: > 0 } places ? places : [locked];

    /// <summary>Whether who locks it there has taken it by its own method, and not given it back yet: he knows that these are two locks, and uses both.</summary>
    private static bool IsTakenBefore(IOperation place, KnownTypes types)
    {
        var calls = place.Function().OwnOperations().OfType<IInvocationOperation>().Where(call => call.Syntax.Span.End < place.Syntax.SpanStart && MonitorLocks.LockedValue(call, types) is null).ToList();
        return calls.Any(call => Holding.TakenBy(call, types)?.IsSameAs(place) == true
            && !calls.Any(other => other.Syntax.SpanStart > call.Syntax.SpanStart && Holding.LockOf(other, EffectKind.Release, types)?.IsSameAs(place) == true && other.SurelyPrecedes(place)));
    }

    /// <summary>The type of the locked object: as written, or of the value that a local or a readonly field certainly holds.</summary>
    private static ITypeSymbol? Kind(IOperation locked, KnownTypes types) => SyncObject.Of(locked.Type, types) is not null || locked.Type is { IsValueType: true }
        ? locked.Type
        : locked.Source() is { Type: { IsValueType: false } source } ? source : locked.Type;

    /// <summary>Whether a type that is given this parameter by its constructor locks it, or a member of the same type parameter, which it gives nothing else then.</summary>
    private static bool IsKeptToBeLocked(IParameterSymbol parameter)
    {
        if (parameter is not { Type: ITypeParameterSymbol generic, ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor, ContainingType: var type } })
            return false;
        var names = type.GetMembers().Where(member => member is IFieldSymbol { Type: var kept } && SymbolEqualityComparer.Default.Equals(kept, generic)).Select(member => member.Name).ToImmutableHashSet().Add(parameter.Name);
        return type.DeclaringSyntaxReferences.Any(declaration => declaration.GetSyntax().DescendantNodes().Any(node => node is LockStatementSyntax { Expression: var locked }
            && (locked is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var own } ? own : locked) is IdentifierNameSyntax { Identifier.ValueText: var name } && names.Contains(name)));
    }

    /// <summary>Whether a method locks this parameter, whose type is a type parameter and so compiles to the monitor even for a <c>Lock</c>.</summary>
    private static bool IsLockedAsTypeParameter(IParameterSymbol parameter) =>
        parameter is { Type: ITypeParameterSymbol, ContainingSymbol: IMethodSymbol method }
        && ((method.PartialImplementationPart ?? method).DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax().DescendantNodes()
            .Any(node => node is LockStatementSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: var name } } && name == parameter.Name) ?? false);
}
