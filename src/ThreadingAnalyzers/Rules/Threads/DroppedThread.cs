using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A foreground thread that is started on the expression that creates it, so that no handle is left: the process cannot
/// end before it, and no code can wait for it. A thread that says itself when it is done is silent.
/// Source: "Foreground and background threads", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DroppedThread() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1002", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "A started thread should be kept, to be joined, or be a background thread",
        message: "The thread that runs '{0}' is a foreground thread and its handle is lost, so the process cannot end before it and nothing can wait for it: keep it and join it, or make it a background thread",
        why: "A foreground thread keeps the process alive until it ends. When its handle is lost, nobody can wait for it or see whether it has ended, and a program that seems to be over does not exit.");

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action => Judge(action, types), OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        if (action.Operation is not IInvocationOperation { Instance: { } instance } start || !ThreadMembers.Starts(start.TargetMethod, types)
            || Created(instance.Unconverted(), types) is not { } creation || ThreadWork.Of(creation, types) is not { } work)
            return;
        if (!work.IsWatched(types) && !ThreadWork.WaitsOtherwise(start, types))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, instance.Unconverted() == creation ? work.Place : instance.Unconverted().Syntax.GetLocation(), work.Name));
    }

    /// <summary>The creation of a foreground thread that nobody but this expression has, or null.</summary>
    private static IObjectCreationOperation? Created(IOperation handle, KnownTypes types) => handle switch
    {
        IObjectCreationOperation creation when ThreadLife.IsForeground(creation, types) => creation,
        IInvocationOperation { TargetMethod: { DeclaredAccessibility: Accessibility.Private } or { MethodKind: MethodKind.LocalFunction } } call
            when types[call.Type] == KnownType.Thread && call.SemanticModel is { } model && Work.BodyOf(call.TargetMethod, model) is { } body => Returned(body, types),
        _ => null,
    };

    /// <summary>The creation that a method does nothing with but describe and return it, or null.</summary>
    private static IObjectCreationOperation? Returned(IOperation body, KnownTypes types)
    {
        if (body.OwnOperations().OfType<IReturnOperation>().ToList() is not [{ ReturnedValue: { } returned }])
            return null;
        var value = returned.Unconverted();
        if (value is not ILocalReferenceOperation local)
            return value is IObjectCreationOperation direct && ThreadLife.IsForeground(direct, types) ? direct : null;

        return local.OnlyValue()?.Unconverted() is IObjectCreationOperation creation && ThreadLife.IsForeground(creation, types)
            && body.Descendants().OfType<ILocalReferenceOperation>().All(use => !use.Names(local.Local) || use == value || IsDescription(use, types))
            ? creation
            : null;
    }

    private static bool IsDescription(ILocalReferenceOperation use, KnownTypes types) => use.Parent switch
    {
        IPropertyReferenceOperation { Property: var property } => !ThreadMembers.IsBackground(property, types),
        ISimpleAssignmentOperation { Parent: IExpressionStatementOperation } => true,
        _ => false,
    };
}
