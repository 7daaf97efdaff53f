using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A loop that does nothing but sleep until a field or captured variable changes, which only another thread can do. Source:
/// "Overview of synchronization primitives", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class PollingSleep() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1013", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "A thread should wait for a signal instead of asking again and again",
        message: "The loop sleeps until '{0}' changes, which other code does: it goes on up to one sleep too late and wakes up for nothing meanwhile; wait for a signal that the other code gives",
        why: "A loop of short sleeps wakes the processor again and again, goes on late when what it waits for has happened, and asks for a field that the compiler may have read before the loop. A signal is none of that.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterOperationAction(action => Judge(action, types), OperationKind.Invocation);

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var sleep = (IInvocationOperation)action.Operation;
        // A sleep of no time only lets others run.
        if (!ThreadMembers.Pauses(sleep.TargetMethod, types) || sleep.Arguments is [{ Value.ConstantValue: { HasValue: true, Value: 0 } }] || LoopOf(sleep) is not { Condition: { } condition })
            return;
        if (IsThreadsWork(sleep.Function(), action.CancellationToken))
            return;
        foreach (var asked in condition.DescendantsAndSelf())
            if (Memory(asked) is { } memory && !IsAskedOf(condition, asked, types) && IsChangedElsewhere(memory, sleep, action))
            {
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, sleep.Syntax.GetLocation(), memory.Name));
                return;
            }
    }

    /// <summary>Whether the thread has nothing else to do: the function is what some thread or task runs.</summary>
    private static bool IsThreadsWork(IOperation function, CancellationToken cancellation) => function is IAnonymousFunctionOperation
        || function.Syntax is MethodDeclarationSyntax { Identifier.ValueText: var name } method && method.Parent!.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Any(group => group.Identifier.ValueText == name && function.SemanticModel?.GetOperation(group, cancellation) is IMethodReferenceOperation)
        || function is ILocalFunctionOperation { Symbol: var local } && function.Root().DescendantsAndSelf().OfType<IMethodReferenceOperation>().Any(group => SymbolEqualityComparer.Default.Equals(group.Method, local));

    /// <summary>Whether the condition asks an object that the memory holds, or another one about it: the answer changes by itself.</summary>
    private static bool IsAskedOf(IOperation condition, IOperation asked, KnownTypes types) => asked.Parent is IArgumentOperation { Parent: var call } && !(call is IInvocationOperation read && types[read.TargetMethod.ContainingType] is KnownType.Volatile or KnownType.Interlocked or KnownType.Thread) || condition.DescendantsAndSelf().Any(part => part is IMemberReferenceOperation { Instance: { } instance } && instance.IsSameAs(asked)
        || part is IInvocationOperation { Instance: { } receiver } && receiver.IsSameAs(asked) || part is IConditionalAccessOperation access && access.Operation.IsSameAs(asked));

    /// <summary>The loop that does nothing but this sleep.</summary>
    private static IWhileLoopOperation? LoopOf(IInvocationOperation sleep) => Paused(sleep) is IExpressionStatementOperation { Parent: { } around } statement
        ? around as IWhileLoopOperation ?? (around is IBlockOperation { Operations.Length: 1, Parent: IWhileLoopOperation loop } block && loop.Body == block && block.Operations[0] == statement ? loop : null)
        : null;

    /// <summary>The statement that sleeps: the call, or what awaits or waits for the delay that it makes.</summary>
    private static IOperation? Paused(IInvocationOperation sleep)
    {
        var value = sleep.Parent;
        while (value is IAwaitOperation or IInvocationOperation { Arguments.Length: <= 1 } or IPropertyReferenceOperation)
            value = value.Parent;
        return value;
    }

    /// <summary>The field, automatic property or captured variable that the operation reads to decide.</summary>
    private static ISymbol? Memory(IOperation asked) => asked switch
    {
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: { IsConst: false, IsReadOnly: false } field } => IsValue(field.Type) ? field : null,
        IPropertyReferenceOperation { Property: { IsIndexer: false, SetMethod: not null } property } when IsAutomatic(property) => IsValue(property.Type) ? property : null,
        ILocalReferenceOperation { Local: var local } use when IsValue(local.Type) && use.Uses().Any(other => other.IsCaptured() && other.IsWritten()) => local,
        _ => null,
    };

    // Of other things only a part may change, in its own way.
    private static bool IsValue(ITypeSymbol type) => type is { SpecialType: SpecialType.System_Boolean or SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Object or SpecialType.System_String } or { TypeKind: TypeKind.Enum or TypeKind.Class };

    private static bool IsAutomatic(IPropertySymbol property) => property.DeclaringSyntaxReferences is [{ } reference]
        && reference.GetSyntax() is PropertyDeclarationSyntax { AccessorList.Accessors: var accessors } && accessors.All(accessor => accessor is { Body: null, ExpressionBody: null });

    /// <summary>Whether code outside this function gives the memory another value: some other member, or a lambda.</summary>
    private static bool IsChangedElsewhere(ISymbol memory, IOperation sleep, OperationAnalysisContext action)
    {
        if (memory is ILocalSymbol)
            return true;
        var function = sleep.Function();
        if (MemberUses.Of(memory, action.Compilation, action.CancellationToken) is { } uses)
            return uses.Any(use => use.IsWritten() && !function.Syntax.Span.Contains(use.Syntax.Span) && use.Function() is not IConstructorBodyOperation);
        // Others may name it too; it is enough to see one who does.
        return memory.ContainingType.DeclaringSyntaxReferences.SelectMany(reference => reference.GetSyntax(action.CancellationToken).DescendantNodes()).OfType<IdentifierNameSyntax>()
            .Any(name => name.Identifier.ValueText == memory.Name && name.SyntaxTree == function.Syntax.SyntaxTree && !function.Syntax.Span.Contains(name.Span)
                && name.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is null && sleep.SemanticModel?.GetOperation(name, action.CancellationToken) is IMemberReferenceOperation use
                && SymbolEqualityComparer.Default.Equals(use.Member, memory) && use.IsWritten());
    }
}
