using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using ThreadingAnalyzers.Api;
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
            || Created(instance.Unconverted(), types) is not { } creation || Spawn.Of(creation, types) is not { } spawn)
            return;
        var work = Work.Of(spawn.Value);
        if (!IsWatched(work, types) && !WaitsForSignal(start, types))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, Place(instance.Unconverted()), work?.Name ?? spawn.Value.Unconverted().Syntax.ToString()));
    }

    /// <summary>The creation of a foreground thread that nobody but this expression has, or null.</summary>
    private static IObjectCreationOperation? Created(IOperation handle, KnownTypes types) => handle switch
    {
        IObjectCreationOperation creation when IsForeground(creation, types) => creation,
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
            return value is IObjectCreationOperation direct && IsForeground(direct, types) ? direct : null;

        return local.OnlyValue()?.Unconverted() is IObjectCreationOperation creation && IsForeground(creation, types)
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

    // Who writes IsBackground has decided; 'false' too is a decision.
    private static bool IsForeground(IObjectCreationOperation creation, KnownTypes types) =>
        creation.Initializer is null || !creation.Initializer.Initializers.Any(member =>
            member is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property } } && ThreadMembers.IsBackground(property, types));

    /// <summary>
    /// Whether the work itself makes the thread known: it says when it is done, hands on its own thread, or makes it a background thread.
    /// </summary>
    private static bool IsWatched(Work? work, KnownTypes types) => work?.Body is { } body && body.Descendants().Any(operation => operation switch
    {
        IInvocationOperation call => Handles.Signals(call.TargetMethod, types),
        IPropertyReferenceOperation current when ThreadMembers.IsCurrent(current.Property, types) =>
            current.Parent is not IMemberReferenceOperation and not IInvocationOperation
            || current.Parent is IPropertyReferenceOperation { Property: var property, Parent: IAssignmentOperation } && ThreadMembers.IsBackground(property, types),
        _ => false,
    });

    /// <summary>Whether the code that starts the thread goes on to wait for a signal, which the work may give in a way that is not seen.</summary>
    private static bool WaitsForSignal(IInvocationOperation start, KnownTypes types) => start.Function().OwnOperations()
        .OfType<IInvocationOperation>()
        .Any(call => call.Syntax.SpanStart > start.Syntax.Span.End
            && Handles.IsSignal(call.TargetMethod.ContainingType, types) && Handles.UseOf(call.TargetMethod, types) == HandleUse.Waits);

    /// <summary>The words <c>new Thread</c>, or the call that makes the thread; not the whole body of a lambda.</summary>
    private static Location Place(IOperation handle) => handle.Syntax is ObjectCreationExpressionSyntax creation
        ? Location.Create(creation.SyntaxTree, TextSpan.FromBounds(creation.SpanStart, creation.Type.Span.End))
        : handle.Syntax.GetLocation();
}
