using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// An await while a lock is held that only the thread which took it may give back. Source: the .NET reference,
/// ReaderWriterLockSlim, "has managed thread affinity"; the C# specification on await in a lock statement.
/// </summary>
public sealed class AwaitUnderLock() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4009", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "A lock that belongs to a thread should not be held across an await",
        message: "'{0}', taken at line {1}, is held across this await: the code may go on on another thread, which cannot release it; use a SemaphoreSlim, or release the lock before",
        why: "After an await the code goes on on whatever thread is free. A monitor, mutex, spin lock or reader-writer lock belongs to the thread that took it: the release on another one throws, and the lock stays taken.");

    private static readonly WordSet Awaits = new("await");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        Holding.WatchBodies(context, types, call => Waiting.IsThreadAffine(call.TargetMethod, call.Instance?.Type, types) && HasAwait(call), (action, holding, after) =>
            Judge(action, holding.Taking, holding.Lock, after, holding.IsRelease));
        if (!Mention.OfLocks(context.Compilation, context.CancellationToken))
            return;
        var helpers = new ConcurrentDictionary<IMethodSymbol, NetLock?>(SymbolEqualityComparer.Default);
        var names = new ConcurrentDictionary<INamedTypeSymbol, WordSet>(SymbolEqualityComparer.Default);
        context.RegisterOperationBlockAction(action =>
        {
            var type = action.OwningSymbol.ContainingType;
            if (type is null)
                return;
            foreach (var body in action.OperationBlocks.Where(body => Awaits.IsIn(body.Syntax, action.CancellationToken) && names.GetOrAdd(type, locker => Helpers(locker, action.CancellationToken)).IsIn(body.Syntax, action.CancellationToken)))
                foreach (var call in body.Descendants().OfType<IInvocationOperation>())
                    if (call is { Instance: null or IInstanceReferenceOperation, SemanticModel: { } model } && IsOwn(call.TargetMethod, type)
                        && Net(call.TargetMethod, model) is { IsTaking: true, Lock: var @lock } && IsInAsync(call, action.OwningSymbol) && HasAwait(call)
                        && call.Function().OwnOperations().Any(operation => GivesBack(operation, @lock, model))
                        && Aftermath.GraphOf(call, () => action.GetControlFlowGraph(body), action.CancellationToken) is { } graph)
                        Judge(action, call, @lock, new Aftermath(graph, null), operation => GivesBack(operation, @lock, model));

            NetLock? Net(IMethodSymbol method, SemanticModel model) => helpers.GetOrAdd(method.OriginalDefinition, helper => NetLock.Of(helper, model, types));

            bool GivesBack(IOperation operation, IOperation @lock, SemanticModel model) => operation is IInvocationOperation other
                && (Holding.LockOf(other, EffectKind.Release, types)?.IsSameAs(@lock) == true
                    || IsOwn(other.TargetMethod, type) && Net(other.TargetMethod, model) is { IsTaking: false, Lock: var given } && given.IsSameAs(@lock));
        });
    }

    /// <summary>The names of the methods and local functions of the type, and of its bases, whose text takes or gives back a lock.</summary>
    private static WordSet Helpers(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var current = type; current is not null; current = current.BaseType)
            foreach (var code in current.DeclaringSyntaxReferences.SelectMany(part => Effects.OwningIn(part.GetSyntax(cancellation), cancellation)).SelectMany(word => word.Parent!.AncestorsAndSelf()))
                if (code is MethodDeclarationSyntax { Identifier.ValueText: var method })
                    names.Add(method);
                else if (code is LocalFunctionStatementSyntax { Identifier.ValueText: var function })
                    names.Add(function);
        return new WordSet([.. names]);
    }

    /// <summary>Whether the method is the type's own, or inherited from a base in the source.</summary>
    private static bool IsOwn(IMethodSymbol method, INamedTypeSymbol? type)
    {
        if (method.DeclaringSyntaxReferences.IsEmpty)
            return false;
        for (; type is not null; type = type.BaseType)
            if (SymbolEqualityComparer.Default.Equals(method.ContainingType, type))
                return true;
        return false;
    }

    private static bool IsInAsync(IOperation call, ISymbol member) => call.Function() switch
    {
        IAnonymousFunctionOperation { Symbol: var lambda } => lambda.IsAsync,
        ILocalFunctionOperation { Symbol: var local } => local.IsAsync,
        _ => member is IMethodSymbol { IsAsync: true } || member is not IMethodSymbol { DeclaringSyntaxReferences.IsEmpty: false },
    };

    private static bool HasAwait(IInvocationOperation call) => call.Function().OwnOperations().Any(operation => operation is IAwaitOperation);

    private static void Judge(OperationBlockAnalysisContext action, IInvocationOperation taking, IOperation @lock, Aftermath after, Func<IOperation, bool> isRelease)
    {
        IOperation? awaited = null;
        if (after.Meets(taking, operation => (awaited = operation as IAwaitOperation) is not null, isRelease) && awaited!.Syntax is AwaitExpressionSyntax await)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, await.AwaitKeyword.GetLocation(), [taking.Syntax.GetLocation()], @lock.Syntax, taking.Syntax.Line()));
    }
}
