using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// A parallel loop whose body is one lock: its bodies run one after the other. Source: "Potential pitfalls in data and task
/// parallelism", learn.microsoft.com/dotnet/standard/parallel-programming.
/// </summary>
public sealed class SerializedParallel() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9006", since: "1.0", Category.Tasks, DiagnosticSeverity.Info,
        title: "The body of a parallel loop should not be one lock",
        message: "The whole body of this '{0}' runs under the lock of '{1}', so the bodies run one after the other and pay for threads besides: lock only what is shared, or use an ordinary loop",
        why: "A parallel loop gains by bodies that run at the same time. Where the whole body needs one lock, each waits for all others: the loop is slower than an ordinary one and takes threads from everybody else.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (Effects.Of(call.TargetMethod, call.Instance?.Type, types) is not { Kind: EffectKind.StartAndJoin, Spawn: SpawnKind.Parallel } || types[call.TargetMethod.ContainingType] == KnownType.ParallelEnumerable && call.Type?.SpecialType != SpecialType.System_Void)
            return;
        // What begins and ends the work of a thread runs once for each, and merges its result under a lock.
        foreach (var work in call.Arguments.Where(argument => !Spawn.IsOncePerThread(argument.Parameter)).SelectMany(argument => argument.Value is IArrayCreationOperation { Initializer.ElementValues: var several } ? several.AsEnumerable() : [argument.Value]))
            if (Work.Of(work)?.Body is { } body && Whole(body, types) is var (place, value) && IsShared(value, body))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, body is IAnonymousFunctionOperation ? place : Work.PlaceOf(work), call.TargetMethod.Name, value.Syntax));
    }, OperationKind.Invocation);

    /// <summary>The lock that the whole body is under; null where some of the work is outside.</summary>
    private static (Location Place, IOperation Lock)? Whole(IOperation body, KnownTypes types)
    {
        var block = body switch
        {
            IAnonymousFunctionOperation lambda => lambda.Body,
            ILocalFunctionOperation { Body: { } code } => code,
            IMethodBodyOperation { BlockBody: { } code } => code,
            _ => null,
        };
        var work = block?.Operations.Where(operation => operation is not (IReturnOperation { ReturnedValue: null } or ILocalFunctionOperation)).ToList();
        // What only copies and computes beside the lock is no work.
        if (work is [.., ILockOperation { Syntax: LockStatementSyntax syntax } last])
            return work.Take(work.Count - 1).All(IsFree) ? (Head(syntax), last.LockedValue.Unconverted()) : null;
        return work is [IExpressionStatementOperation { Operation: IInvocationOperation taking }, ITryOperation { Finally: { } release }] && Holding.LockOf(taking, EffectKind.Acquire, types) is { } taken
            && release.OwnOperations().Any(operation => operation is IInvocationOperation giving && Holding.LockOf(giving, EffectKind.Release, types)?.IsSameAs(taken) == true)
            && !Exclusion.AdmitsMany(taken, types) ? (taking.Syntax.GetLocation(), taken) : null;
    }

    private static bool IsFree(IOperation statement) => statement is IVariableDeclarationGroupOperation && statement.Descendants().All(part => part is not (IInvocationOperation or IObjectCreationOperation or IAwaitOperation or IPropertyReferenceOperation { Property.IsIndexer: false }));

    /// <summary>Whether all bodies lock the same object: one that is not made of the element.</summary>
    private static bool IsShared(IOperation value, IOperation body) => value.DescendantsAndSelf().All(part => part is not (IInvocationOperation or IPropertyReferenceOperation { Property.IsIndexer: true } or IArrayElementReferenceOperation)
        && (part.Variable() is not { DeclaringSyntaxReferences: [{ } declaration] } || !body.Syntax.Span.Contains(declaration.Span)));

    private static Location Head(LockStatementSyntax syntax) => Location.Create(syntax.SyntaxTree, TextSpan.FromBounds(syntax.SpanStart, syntax.CloseParenToken.Span.End));
}
