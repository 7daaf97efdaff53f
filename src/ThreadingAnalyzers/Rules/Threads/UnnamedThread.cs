using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A thread that lives long and has no name. Source: the .NET reference, Thread.Name ("used to identify the thread in a debugger").
/// </summary>
public sealed class UnnamedThread() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1014", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "A thread that lives long should have a name",
        message: "The thread that runs '{0}' lives long and has no name, so in a debugger, a dump or a log nobody knows it: give it a name",
        why: "Debuggers, dumps, traces and many logs show threads by their names. Without one, a thread that hangs or eats a processor is a number among others.", enabled: false);

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action => Judge(action, types), OperationKind.ObjectCreation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var creation = (IObjectCreationOperation)action.Operation;
        if (ThreadWork.Of(creation, types) is not { Code.Body: { } body } work || !LivesLong(body, types) || IsNamed(creation, types) || body.OwnOperations().Any(operation => IsName(operation, types)))
            return;
        // Whatever else gets the thread may name it.
        var life = ThreadLife.Of(creation, types);
        if (IsAwaitedAtOnce(life, types))
            return;
        var field = creation.Parent is ISimpleAssignmentOperation { Target: IFieldReferenceOperation { Field: { DeclaredAccessibility: Accessibility.Private } own } } ? own : null;
        if (field is null ? life.Leaves || life.IsAsked || life.IsReturned || life.Owners.Count > 0 || creation.Root().DescendantsAndSelf().Any(operation => IsName(operation, types) && operation is IPropertyReferenceOperation { Instance: { } named } && life.Holders.Any(named.Unconverted().Names))
            : MemberUses.Of(field, action.Compilation, action.CancellationToken)?.Any(use => use.Parent is { } parent && IsName(parent, types) || use.Parent is IArgumentOperation) != false)
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, work.Place, work.Name));
    }

    /// <summary>Whether the code that starts the thread goes on to join it without waiting for something else: it does not outlive that call.</summary>
    private static bool IsAwaitedAtOnce(ThreadLife life, KnownTypes types) => life.Starts.FirstOrDefault() is { } start && life.Joins.FirstOrDefault(join => join.Function().Syntax == start.Function().Syntax && join.Syntax.SpanStart > start.Syntax.SpanStart) is { } join
        && !start.Function().OwnOperations().Any(operation => operation.Syntax.SpanStart > start.Syntax.Span.End && operation.Syntax.Span.End < join.Syntax.SpanStart && LongWaits.IsOne(operation, types) && !(operation is IInvocationOperation call && ThreadMembers.Joins(call.TargetMethod, types)));

    private static bool IsNamed(IObjectCreationOperation creation, KnownTypes types) =>
        creation.Initializer?.Initializers.Any(member => member is ISimpleAssignmentOperation { Target: var target } && IsName(target, types)) == true;

    private static bool IsName(IOperation operation, KnownTypes types) => operation is IPropertyReferenceOperation property && ThreadMembers.IsName(property.Property, types) && property.IsWritten();

    /// <summary>Whether the work, or the one method that it calls, loops until other code ends it.</summary>
    private static bool LivesLong(IOperation body, KnownTypes types) => Loops(body, types)
        || body.OwnOperations().OfType<IInvocationOperation>().ToList() is [{ TargetMethod: var only, SemanticModel: { } model }] && Work.BodyOf(only, model) is { } called && Loops(called, types);

    private static bool Loops(IOperation body, KnownTypes types) => body.OwnOperations().Any(operation => operation is ILoopOperation loop && (loop.IsOpenEnded(types)
        || loop is IForEachLoopOperation { Collection: var items } && items.DescendantsAndSelf().Any(part => LongWaits.IsOne(part, types))));
}
