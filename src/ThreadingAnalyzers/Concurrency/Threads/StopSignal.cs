using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>What a loop asks to know whether to go on: a flag, a cancellation, an event.</summary>
/// <param name="Holder">The field, property, local or parameter.</param>
/// <param name="Place">Where the loop names it.</param>
/// <param name="Kept">Of a flag: the value with which the loop goes on; null for a token, its source, or an event.</param>
internal sealed record StopSignal(ISymbol Holder, IOperation Place, object? Kept)
{
    /// <summary>What would have to be written, cancelled or set: the holder, or the source of the token that it has; the holder also where its tokens have several.</summary>
    public ISymbol Source { get; private init; } = Holder;

    /// <summary>Whether the finalizer gives it, which cannot run as long as the loop uses the object.</summary>
    public bool IsGivenTooLate { get; private init; }

    /// <summary>The first signal of a loop that nothing but signals could end, where nothing in the program gives any of them; null for other loops.</summary>
    public static StopSignal? Unset(WorkLoop loop, KnownTypes types, CancellationToken cancellation)
    {
        var signals = new List<StopSignal>();
        if (loop.Condition is { } condition ? !Read(condition, goesOn: true, signals, types) : !loop.IsUnbounded)
            return null;
        var tests = new HashSet<IOperation>();
        foreach (var test in loop.Loop.OwnOperations().OfType<IConditionalOperation>().Where(test => Jump(test.WhenTrue) is not null))
        {
            var own = new List<StopSignal>();
            if (!Read(test.Condition, goesOn: false, own, types) || own.Count == 0)
                continue;
            signals.AddRange(own);
            tests.Add(Jump(test.WhenTrue)!);
        }
        return signals.Count > 0 && signals.All(signal => signal.Ungiven(types, cancellation) is not null) && !loop.MayBeLeft(types, operation => tests.Contains(operation) || IsHandedOn(operation, signals))
            ? signals[0] with { Source = signals[0].Ungiven(types, cancellation)!, IsGivenTooLate = signals[0].IsOfFinalizer(cancellation) }
            : null;
    }

    // To wait with the token of a source that nobody cancels is no way out either.
    private static bool IsHandedOn(IOperation operation, List<StopSignal> signals) => operation is IArgumentOperation { Value: { } value }
        && Named(value.Unconverted() is IPropertyReferenceOperation { Instance: { } source } ? source.Unconverted() : value.Unconverted()) is { } name && signals.Any(signal => SymbolEqualityComparer.Default.Equals(signal.Holder, name));

    /// <summary>The jump that a branch consists of.</summary>
    private static IOperation? Jump(IOperation? branch) => branch switch
    {
        IBlockOperation { Operations: [.., var last] } => Jump(last),
        IReturnOperation or IBranchOperation { BranchKind: BranchKind.Break } => branch,
        _ => null,
    };

    /// <summary>Reads the condition as signals of which each must hold; false where it is something else.</summary>
    private static bool Read(IOperation condition, bool goesOn, List<StopSignal> signals, KnownTypes types)
    {
        switch (condition.Unconverted())
        {
            case { ConstantValue: { HasValue: true, Value: bool always } }:
                return always == goesOn;
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } inverted:
                return Read(inverted.Operand, !goesOn, signals, types);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both when goesOn:
                return Read(both.LeftOperand, true, signals, types) && Read(both.RightOperand, true, signals, types);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either when !goesOn:
                return Read(either.LeftOperand, false, signals, types) && Read(either.RightOperand, false, signals, types);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } compared:
                var (left, right) = (compared.LeftOperand.Unconverted(), compared.RightOperand.Unconverted());
                var (asked, constant) = right.ConstantValue.HasValue ? (left, right.ConstantValue) : (right, left.ConstantValue);
                return constant is { HasValue: true, Value: { } value } && Compared(asked, value, (compared.OperatorKind == BinaryOperatorKind.Equals) == goesOn, signals, types);
            case IIsPatternOperation pattern:
                var inner = (pattern.Pattern as INegatedPatternOperation)?.Pattern ?? pattern.Pattern;
                return inner is IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: { } of } } && Compared(pattern.Value.Unconverted(), of, (inner == pattern.Pattern) == goesOn, signals, types);
            case var other:
                return Compared(other, true, goesOn, signals, types);
        }
    }

    /// <summary>The loop goes on while the expression is, or is not, the value.</summary>
    private static bool Compared(IOperation asked, object value, bool equal, List<StopSignal> signals, KnownTypes types)
    {
        var kept = value is bool flag ? flag == equal : equal ? value : null;
        switch (asked)
        {
            case IPropertyReferenceOperation { Instance: { } source } property when Endings.IsCancelled(property.Property, types) || Endings.IsSet(property.Property, types):
                return kept is false && Add(SourceOf(source.Unconverted(), types));
            case IInvocationOperation { Instance: { } @event } wait when Endings.Awaits(wait.TargetMethod) && Endings.IsEvent(@event.Type, types):
                return kept is false && Add(@event.Unconverted());
            case IInvocationOperation { Arguments: [{ Value: var memory }] } read when Endings.ReadsFlag(read.TargetMethod, types):
                return Compared(memory.Unconverted(), value, equal, signals, types);
            case { Type: { SpecialType: SpecialType.System_Boolean or SpecialType.System_Int32 } or { TypeKind: TypeKind.Enum } } when kept is not null && Named(asked) is { } holder:
                signals.Add(new StopSignal(holder, asked, kept));
                return true;
            default:
                return false;
        }

        bool Add(IOperation place)
        {
            if (Named(place) is not { } holder)
                return false;
            signals.Add(new StopSignal(holder, place, null));
            return true;
        }
    }

    private static IOperation SourceOf(IOperation token, KnownTypes types) =>
        token is IPropertyReferenceOperation { Instance: { } source } property && Endings.IsToken(property.Property, types) ? source.Unconverted() : token;

    private static ISymbol? Named(IOperation place) => place switch
    {
        IFieldReferenceOperation { Field.IsConst: false } field => field.Field.OriginalDefinition,
        IPropertyReferenceOperation { Arguments.IsEmpty: true } property => property.Property.OriginalDefinition,
        _ => place.Variable(),
    };

    /// <summary>What nothing gives the signal by, where all code that could is seen; null where some may.</summary>
    private ISymbol? Ungiven(KnownTypes types, CancellationToken cancellation) => Ungiven(Holder, Place, types, cancellation, depth: 3);

    private ISymbol? Ungiven(ISymbol holder, IOperation near, KnownTypes types, CancellationToken cancellation, int depth)
    {
        if (depth == 0 || Uses(holder, near, cancellation) is not { } all)
            return null;
        var uses = all.Where(use => !IsTooLate(use)).ToList();
        if (Kept is not null)
            return holder is not IParameterSymbol && IsKept(holder, uses, types) ? holder : null;
        if (types[Values.TypeOf(holder)] != KnownType.CancellationToken)
            return IsNeverSet(uses, types) ? holder : null;
        if (!uses.All(use => use is IVariableDeclaratorOperation or ISymbolInitializerOperation or IArgumentOperation || !use.IsWritten() || use.Parent is ISimpleAssignmentOperation))
            return null;
        var sources = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var value in uses.SelectMany(Written))
            if (value is null || Named(SourceOf(value, types)) is not { } named || SymbolEqualityComparer.Default.Equals(named, holder) || Ungiven(named, value, types, cancellation, depth - 1) is not { } source)
                return null;
            else
                sources.Add(source);
        return sources.Count == 0 ? null : sources.Count == 1 ? sources.First() : holder;
    }

    /// <summary>Whether the use is in the finalizer of the object whose own member the loop asks: the thread keeps that object alive.</summary>
    private bool IsTooLate(IOperation use) => Place is IMemberReferenceOperation { Instance: IInstanceReferenceOperation }
        && use.Syntax.FirstAncestorOrSelf<DestructorDeclarationSyntax>()?.Parent is TypeDeclarationSyntax type && Place.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() == type;

    private bool IsOfFinalizer(CancellationToken cancellation) => Uses(Holder, Place, cancellation)?.Any(IsTooLate) == true;

    /// <summary>All operations that name the variable, its declaration and, for a parameter, the arguments it gets; null where others may name it.</summary>
    private static IReadOnlyList<IOperation>? Uses(ISymbol holder, IOperation near, CancellationToken cancellation)
    {
        switch (holder)
        {
            // Whoever may read it, only the type writes it, and that is seen where it is declared.
            case IPropertySymbol { IsVirtual: false, IsOverride: false, SetMethod: { DeclaredAccessibility: Accessibility.Private } } own when Values.IsStored(own) && own.GetAttributes().IsEmpty && near.SemanticModel is { } seen
                && SymbolEqualityComparer.Default.Equals(own.ContainingAssembly, seen.Compilation.Assembly):
                return MemberUses.InSource(holder, seen.Compilation, cancellation);
            case IFieldSymbol { IsReadOnly: var isFixed, IsImplicitlyDeclared: false } field when !(isFixed && field.Type.IsValueType && field.Type.SpecialType != SpecialType.None) && field.GetAttributes().IsEmpty:
            case IPropertySymbol { IsVirtual: false, IsOverride: false, IsAbstract: false } property when Values.IsStored(property) && property.GetAttributes().IsEmpty:
                return near.SemanticModel is { } program ? MemberUses.Of(holder, program.Compilation, cancellation) : null;
            case ILocalSymbol { RefKind: RefKind.None }:
                return near.Root().DescendantsAndSelf().Where(operation => operation.Names(holder) || operation is IVariableDeclaratorOperation declarator && SymbolEqualityComparer.Default.Equals(declarator.Symbol, holder)).ToList();
            case IParameterSymbol { RefKind: RefKind.None, ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method } parameter when near.SemanticModel is { } model:
                var calls = method.MethodKind == MethodKind.LocalFunction
                    ? near.Root().Descendants().Where(operation => operation is IInvocationOperation call && SymbolEqualityComparer.Default.Equals(call.TargetMethod, method) || operation is IMethodReferenceOperation group && SymbolEqualityComparer.Default.Equals(group.Method, method)).ToList()
                    : MemberUses.Of(method, model.Compilation, cancellation);
                return calls is null || calls.Any(call => call is not IInvocationOperation) ? null
                    : calls.Cast<IInvocationOperation>().SelectMany(call => call.Arguments.Where(argument => argument.Parameter?.Ordinal == parameter.Ordinal)).ToList();
            default:
                return null;
        }
    }

    /// <summary>The values that a use writes: none for a read, null for one that is not known.</summary>
    private static IEnumerable<IOperation?> Written(IOperation use) => use switch
    {
        IArgumentOperation argument => [argument.Value.Unconverted()],
        ISymbolInitializerOperation initializer => [initializer.Value.Unconverted()],
        IVariableDeclaratorOperation declarator => declarator.GetVariableInitializer() is { } initializer ? [initializer.Value.Unconverted()] : [],
        { Parent: ISimpleAssignmentOperation { IsRef: false } assignment } when assignment.Target == use => [assignment.Value.Unconverted()],
        _ when use.IsWritten() => [null],
        _ => [],
    };

    /// <summary>Whether the flag is once given the value with which the loop goes on, and never another.</summary>
    private bool IsKept(ISymbol flag, IReadOnlyList<IOperation> uses, KnownTypes types)
    {
        var isKept = flag is not ILocalSymbol && !uses.Any(use => use is ISymbolInitializerOperation) && IsDefault(Kept!);
        foreach (var use in uses)
        {
            if (use.Parent is IArgumentOperation { Parent: IInvocationOperation { Arguments: var arguments } call })
            {
                if (Endings.ReadsFlag(call.TargetMethod, types))
                    continue;
                if (Endings.WritesFlag(call.TargetMethod, types) && arguments is [{ Value: var first }, { Value.ConstantValue: { HasValue: true } given }] && first == use)
                {
                    if (!Equals(given.Value, Kept))
                        return false;
                    isKept = true;
                    continue;
                }
            }
            foreach (var value in Written(use))
            {
                if (value is not { ConstantValue: { HasValue: true } constant } || !Equals(constant.Value, Kept))
                    return false;
                isKept = true;
            }
        }
        return isKept;
    }

    private static bool IsDefault(object value) => value switch { bool flag => !flag, int number => number == 0, _ => false };

    /// <summary>Whether a source of cancellation, or an event, is made unset and then only asked, waited for and freed.</summary>
    private static bool IsNeverSet(IReadOnlyList<IOperation> uses, KnownTypes types)
    {
        var isMade = false;
        foreach (var use in uses)
        {
            var values = Written(use).ToList();
            if (values.Any(value => value is not ({ ConstantValue: { HasValue: true, Value: null } } or IObjectCreationOperation)))
                return false;
            foreach (var creation in values.OfType<IObjectCreationOperation>())
            {
                if (creation.Initializer is not null || creation.Arguments.Any(argument => argument is { IsImplicit: false, Value.ConstantValue: not { HasValue: true, Value: false or 0 } }) || creation.Arguments.Length > 1 && !creation.Arguments.Skip(1).All(argument => argument.IsImplicit))
                    return false;
                isMade = true;
            }
            if (values.Count == 0 && use is not IVariableDeclaratorOperation && !IsHarmless(use, types))
                return false;
        }
        return isMade;
    }

    private static bool IsHarmless(IOperation use, KnownTypes types) => use.Parent switch
    {
        IPropertyReferenceOperation { Property: var property } => Endings.IsToken(property, types) || Endings.IsCancelled(property, types) || Endings.IsSet(property, types),
        IInvocationOperation call => call.Instance == use && Endings.LeavesUnset(call.TargetMethod),
        IConversionOperation conversion => IsHarmless(conversion, types),
        IConditionalAccessOperation access => access.Operation == use && access.WhenNotNull is IInvocationOperation call && Endings.LeavesUnset(call.TargetMethod),
        IBinaryOperation or IIsPatternOperation or INameOfOperation or IUsingOperation => true,
        _ => false,
    };
}
