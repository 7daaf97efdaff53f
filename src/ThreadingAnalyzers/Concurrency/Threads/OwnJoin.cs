using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>A join that the work of the joined thread itself comes to.</summary>
/// <param name="Work">The work.</param>
/// <param name="Through">The method that joins, where that is not the work itself.</param>
internal sealed record OwnJoin(Work Work, IMethodSymbol? Through)
{
    /// <summary>The work that joins its own thread by this call; null where another thread may be meant, or another thread may run it.</summary>
    public static OwnJoin? Of(IInvocationOperation join, KnownTypes types, CancellationToken cancellation)
    {
        if (join.Instance?.Unconverted() is not { } instance || join.SemanticModel is not { } model || AsksWhoRuns(join.Function(), types))
            return null;
        if (instance is IConditionalAccessInstanceOperation)
        {
            var access = join.Parent;
            while (access is not (null or IConditionalAccessOperation))
                access = access.Parent;
            instance = (access as IConditionalAccessOperation)?.Operation.Unconverted() ?? instance;
        }
        if (instance is ILocalReferenceOperation local && local.OnlyValue()?.Unconverted() is IFieldReferenceOperation or IPropertyReferenceOperation)
            instance = ((ILocalReferenceOperation)instance).OnlyValue()!.Unconverted();
        var works = instance switch
        {
            ILocalReferenceOperation { Local: var variable } => Works(variable, join.Root(), types),
            IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } or IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation } => Works(((IMemberReferenceOperation)instance).Member, model.Compilation, types, cancellation),
            _ => null,
        };
        if (works is null or [] || !works.All(work => work?.Body is { } body && ComesTo(body, join, types)))
            return null;
        return new OwnJoin(works[0]!, join.Function().Syntax == works[0]!.Body!.Syntax ? null : join.Method());
    }

    /// <summary>What the threads run that the variable is given; null where one is not known.</summary>
    private static List<Work?>? Works(ISymbol variable, IOperation root, KnownTypes types)
    {
        var values = new List<IOperation>();
        foreach (var operation in root.DescendantsAndSelf())
        {
            if (operation is IVariableDeclaratorOperation declarator && SymbolEqualityComparer.Default.Equals(declarator.Symbol, variable) && declarator.GetVariableInitializer() is { } initializer)
                values.Add(initializer.Value.Unconverted());
            else if (operation.Names(variable) && operation.IsWritten())
                values.Add(operation.Parent is ISimpleAssignmentOperation assignment ? assignment.Value.Unconverted() : operation);
        }
        return Works(values, types);
    }

    private static List<Work?>? Works(ISymbol member, Compilation compilation, KnownTypes types, CancellationToken cancellation) =>
        MemberUses.Of(member, compilation, cancellation) is not { } uses ? null : Works(uses.Where(use => use is ISymbolInitializerOperation || use.IsWritten())
            .Select(use => use is ISymbolInitializerOperation initializer ? initializer.Value.Unconverted() : use.Parent is ISimpleAssignmentOperation assignment ? assignment.Value.Source() : use).ToList(), types);

    private static List<Work?>? Works(List<IOperation> values, KnownTypes types)
    {
        var threads = values.Where(value => !(value.ConstantValue is { HasValue: true, Value: null })).ToList();
        return threads.All(value => value is IObjectCreationOperation) ? threads.Select(value => ThreadWork.Of((IObjectCreationOperation)value, types)?.Code).ToList() : null;
    }

    /// <summary>Whether the work runs the join on its own thread: in its own code, or in methods that it calls on the same object.</summary>
    private static bool ComesTo(IOperation body, IOperation join, KnownTypes types)
    {
        var bodies = Reach.Bodies(body, call => call is IInvocationOperation { Instance: null or IInstanceReferenceOperation });
        return bodies.Any(code => code.Syntax == join.Function().Syntax) && !bodies.Any(code => AsksWhoRuns(code, types));
    }

    /// <summary>Whether the code asks which thread it runs on.</summary>
    private static bool AsksWhoRuns(IOperation code, KnownTypes types) => code.OwnOperations().Any(operation => operation is IPropertyReferenceOperation current && ThreadMembers.IsCurrent(current.Property, types));
}
