using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A lock object that gets another one, or is only made when first needed, after the object that has it may be in use by several threads.
/// Source: the documentation of the <c>lock</c> statement, "Guidelines"; CWE-412.
/// </summary>
public sealed class ReassignedLock() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4004", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "A lock object should stay the same",
        message: "'{0}' is locked here and {1}: two threads then hold two locks; {2}",
        why: "Threads exclude each other only when they lock the same object. Who locked the old object goes on beside who locks the new one.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var hasOutside = context.Compilation.HasOutside();
        MonitorLocks.Watch(context, types, (action, locked) =>
        {
            if (Member(locked) is not { } member || !IsLock(Values.TypeOf(member), types) || IsReplaceableByAll(member, hasOutside))
                return;
            var uses = MemberUses.InSource(member, action.Compilation, action.CancellationToken);
            // Said once, at the first place that locks it.
            var named = Accessor(locked)?.AssociatedSymbol ?? Accessor(locked) ?? member;
            if (MemberUses.InSource(named, action.Compilation, action.CancellationToken).FirstOrDefault(use => MonitorLocks.IsLocked(use, types))?.Syntax is { } first && !locked.Syntax.Span.Contains(first.Span))
                return;
            foreach (var write in uses.Where(use => use is IMemberReferenceOperation && use.IsWritten()))
            {
                if (Change(write, member, types, action) is not { } change)
                    continue;
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, locked.Syntax.GetLocation(), [write.Syntax.GetLocation()], member.Name, change,
                    LockMembers.IsDedicated(Values.TypeOf(member), types) ? "make it readonly, and create it with its owner" : "lock a separate readonly object"));
                return;
            }
        });
    }

    /// <summary>The field or property of the object itself, or of its type, that is locked and can be assigned.</summary>
    private static ISymbol? Member(IOperation locked) => locked switch
    {
        IFieldReferenceOperation { Field: { IsReadOnly: false, IsConst: false, DeclaringSyntaxReferences.IsEmpty: false } field, Instance: null or IInstanceReferenceOperation } => field.OriginalDefinition,
        IPropertyReferenceOperation { Property: { SetMethod: not null, DeclaringSyntaxReferences.IsEmpty: false, Parameters.IsEmpty: true } property, Instance: null or IInstanceReferenceOperation } => property.OriginalDefinition,
        // 'lock (gate ??= new object())'
        ICoalesceAssignmentOperation { Target: var target } => Member(target),
        ICoalesceOperation { Value: var value } => Member(value.Unconverted()),
        ISimpleAssignmentOperation { Target: var target } => Member(target),
        _ => Accessor(locked) is null ? null : Handed(locked),
    };

    /// <summary>The getter or method of this object that is asked for the lock object; null where none is, or where a derived type may answer.</summary>
    private static IMethodSymbol? Accessor(IOperation locked) => locked switch
    {
        IPropertyReferenceOperation { Property: { SetMethod: null, Parameters.IsEmpty: true, GetMethod: { IsAbstract: false, IsVirtual: false, IsOverride: false } getter }, Instance: null or IInstanceReferenceOperation } => getter.OriginalDefinition,
        IInvocationOperation { TargetMethod: { Parameters.IsEmpty: true, MethodKind: MethodKind.Ordinary, IsAbstract: false, IsVirtual: false, IsOverride: false } method, Instance: null or IInstanceReferenceOperation } => method.OriginalDefinition,
        _ => null,
    };

    /// <summary>The field that it hands out, which it may create before.</summary>
    private static ISymbol? Handed(IOperation locked)
    {
        var handed = Answers.Of(locked).Select(value => value is IInvocationOperation or IPropertyReferenceOperation ? null : Member(value)).ToList();
        return handed is [IFieldSymbol first, ..] && handed.All(member => SymbolEqualityComparer.Default.Equals(member, first)) ? first : null;
    }

    /// <summary>Whether one object of the type is as good as another but for being locked, or guards only its own content, which the owner replaces with it.</summary>
    private static bool IsLock(ITypeSymbol? type, KnownTypes types) =>
        LockMembers.IsDedicated(type, types) || type is IArrayTypeSymbol || types[type] is KnownType.List or KnownType.Collection;

    private static bool IsReplaceableByAll(ISymbol member, bool hasOutside) =>
        hasOutside && member.DeclaredAccessibility == Accessibility.Public && member.IsVisibleOutside() && member is IFieldSymbol or IPropertySymbol { SetMethod: { DeclaredAccessibility: Accessibility.Public, IsInitOnly: false } };

    /// <summary>What the write does to who locks the member, as the middle of a sentence; null where nobody can lock it yet, or any longer.</summary>
    private static string? Change(IOperation write, ISymbol member, KnownTypes types, OperationAnalysisContext action)
    {
        if (((IMemberReferenceOperation)write).Instance is not (null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance })
            || write.Parent is not IAssignmentOperation { Value: var written } assignment || !Makes(written.Unconverted(), types)
            || write.SemanticModel?.GetEnclosingSymbol(write.Syntax.SpanStart, action.CancellationToken) is not { } place
            || IsConstruction(place, member, action) || !LockMembers.IsDedicated(Values.TypeOf(member), types) && !(place is IMethodSymbol method && LockMembers.Renews(method))
            || IsUnderLock(write, member, types) || place is IMethodSymbol helper && IsCalledUnderLock(helper, action))
            return null;
        var isLazy = assignment is ICoalesceAssignmentOperation || TestsForNull(write, member);
        return isLazy ? $"created at line {write.Syntax.Line()} when it is first needed, where two threads may both find it missing"
            : $"replaced at line {write.Syntax.Line()}, whoever holds or waits for the old one";
    }

    /// <summary>Whether the value is a new object: another one that is passed in is shared with somebody on purpose.</summary>
    private static bool Makes(IOperation value, KnownTypes types) =>
        value is IObjectCreationOperation or IArrayCreationOperation || value.Type is { SpecialType: not SpecialType.System_Object } type && types[type] != KnownType.Lock && value is IInvocationOperation { TargetMethod: var method } && !IsAtomic(method, types)
        || value is ICoalesceOperation { WhenNull: var fallback } && Makes(fallback.Unconverted(), types);

    private static bool IsAtomic(IMethodSymbol method, KnownTypes types) => types[method.ContainingType] is KnownType.Interlocked or KnownType.LazyInitializer;

    /// <summary>Whether the code makes the owner, or gets it ready for use, so that nobody else has it.</summary>
    private static bool IsConstruction(ISymbol place, ISymbol member, OperationAnalysisContext action)
    {
        if (place is not IMethodSymbol method)
            return true;
        if (method.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor)
            return method.IsStatic == member.IsStatic;
        if (method.IsInitOnly || method.MethodKind == MethodKind.PropertySet && method.AssociatedSymbol is IPropertySymbol { IsStatic: true } || LockMembers.IsSetUp(method))
            return true;
        // A method that only constructors call, those of derived types too, is a part of them.
        return method is { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: not Accessibility.Public }
            && MemberUses.InSource(method, action.Compilation, action.CancellationToken) is { Count: > 0 } calls
            && calls.All(call => call.SemanticModel?.GetEnclosingSymbol(call.Syntax.SpanStart) is IMethodSymbol caller
                && (caller.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor && caller.IsStatic == member.IsStatic && (member.IsStatic || call is IInvocationOperation { Instance: IInstanceReferenceOperation })
                    || LockMembers.IsSetUp(caller)));
    }

    /// <summary>Whether the write is made under some lock that makes it once only; its own, if it is nothing but a lock, is the one that it puts out of force.</summary>
    private static bool IsUnderLock(IOperation write, ISymbol member, KnownTypes types)
    {
        var isDedicated = LockMembers.IsDedicated(Values.TypeOf(member), types);
        var function = write.Function();
        for (var outer = write.Parent; outer is not null && outer != function; outer = outer.Parent)
            if (outer is ILockOperation @lock && !@lock.LockedValue.Syntax.Span.Contains(write.Syntax.Span) && !(isDedicated && IsOwn(@lock.LockedValue)))
                return true;
        return function.OwnOperations().OfType<IInvocationOperation>().Any(call => call.Syntax.SpanStart < write.Syntax.SpanStart && Holding.TakenBy(call, types) is { } taken && !(isDedicated && IsOwn(taken))
            && !call.Syntax.Span.Contains(write.Syntax.Span));

        bool IsOwn(IOperation locked) => locked.Unconverted() is IMemberReferenceOperation { Member: var other } && SymbolEqualityComparer.Default.Equals(other.OriginalDefinition, member);
    }

    private static bool IsCalledUnderLock(IMethodSymbol helper, OperationAnalysisContext action) => helper is { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private }
        && MemberUses.InSource(helper, action.Compilation, action.CancellationToken).Any(call =>
        {
            for (var outer = call.Parent; outer is not null; outer = outer.Parent)
                if (outer is ILockOperation)
                    return true;
            return false;
        });

    private static bool TestsForNull(IOperation write, ISymbol member)
    {
        if (write.Parent is ISimpleAssignmentOperation { Parent: { } user } && (user is ICoalesceOperation || user.Parent is ICoalesceOperation))
            return true;
        for (var outer = write.Parent; outer is not null; outer = outer.Parent)
            if (outer is IConditionalOperation { Condition: var condition }
                && condition.DescendantsAndSelf().Any(part => part is IMemberReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Member.OriginalDefinition, member)))
                return true;
        return false;
    }
}
