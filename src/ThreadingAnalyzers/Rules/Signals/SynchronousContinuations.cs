using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>
/// A promise completed under a lock that runs those who await it in place. Source: Toub, "The danger of TaskCompletionSource
/// class", devblogs.microsoft.com/premier-developer; the .NET reference, TaskCreationOptions.RunContinuationsAsynchronously.
/// </summary>
public sealed class SynchronousContinuations() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR6009", since: "1.0", Category.Signals, DiagnosticSeverity.Info,
        title: "A promise that is completed under a lock should run its continuations elsewhere",
        message: "Who awaits '{0}' goes on inside this call, while '{1}' is locked: pass TaskCreationOptions.RunContinuationsAsynchronously where the promise is made, or complete it after the lock",
        why: "SetResult runs the code behind the await of the promise before it returns, on the same thread. Under a lock that is foreign code with the lock held: it may wait for somebody who wants the lock, or change what the lock guards.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (!SignalMembers.Completes(call.TargetMethod, types) || SignalLife.Of(call, types) is not { } promise)
            return;
        var held = new HeldMonitors(types, action.Compilation, action.CancellationToken).Certain(call);
        if (held.Count > 0 && !IsUnknown(promise) && Creations(promise, types, action) is { Count: > 0 } creations && creations.All(creation => SignalMembers.RunsElsewhere(creation) == false))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), creations.Select(creation => creation.Syntax.GetLocation()), promise.Syntax, held[0].Syntax));
    }, OperationKind.Invocation);

    /// <summary>Whether the function has just made the promise and nobody has asked for its task: nobody waits yet.</summary>
    private static bool IsUnknown(IOperation promise) => promise is ILocalReferenceOperation local && local.OnlyValue() is IObjectCreationOperation creation && creation.Function() == promise.Function()
        && !local.Uses().Any(use => use.Syntax.SpanStart < promise.Syntax.SpanStart && use.Parent is IPropertyReferenceOperation);

    /// <summary>Where the promise is made: what its variable is given or, where it comes out of a collection, all places of the type that make one like it.</summary>
    private static List<IObjectCreationOperation> Creations(IOperation promise, KnownTypes types, OperationAnalysisContext action)
    {
        if (SignalLife.Of(promise, types, action.Compilation, action.CancellationToken) is { Values: { Count: > 0 } values } && values.All(value => value is IObjectCreationOperation or ILocalReferenceOperation { } or IDefaultValueOperation)
            && values.Select(value => value.Source() as IObjectCreationOperation).ToList() is var made && made.All(creation => creation is not null))
            return made.OfType<IObjectCreationOperation>().ToList();
        if (promise.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type || promise.SemanticModel is not { } model)
            return [];
        return type.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>().Select(creation => model.GetOperation(creation, action.CancellationToken)).OfType<IObjectCreationOperation>()
            .Where(creation => SymbolEqualityComparer.Default.Equals(creation.Type, promise.Type)).ToList();
    }
}
