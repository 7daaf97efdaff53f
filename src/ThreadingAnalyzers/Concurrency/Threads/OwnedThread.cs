using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>A thread, or several, that a type keeps in a field or property and that no code of the program joins.</summary>
/// <param name="Fault">What is wrong with its end.</param>
/// <param name="Member">The field or property.</param>
/// <param name="Work">What the first of the threads runs.</param>
/// <param name="Stop">The member that ends the owner's work without waiting for the thread; null where there is none.</param>
internal sealed record OwnedThread(ThreadFault Fault, ISymbol Member, ThreadWork Work, IMethodSymbol? Stop)
{
    /// <summary>Calls <paramref name="judge"/> with each such thread of each type.</summary>
    public static void Watch(CompilationStartAnalysisContext context, KnownTypes types, Action<SymbolAnalysisContext, OwnedThread> judge)
    {
        if (!Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            return;
        var names = Names(context.Compilation, context.CancellationToken);
        context.RegisterSymbolAction(action =>
        {
            if (action.Symbol.DeclaringSyntaxReferences.Any(part => names.IsIn(part.GetSyntax(action.CancellationToken), action.CancellationToken)))
                foreach (var thread in Of((INamedTypeSymbol)action.Symbol, action.Compilation, types, action.CancellationToken))
                    judge(action, thread);
        }, SymbolKind.NamedType);
    }

    /// <summary>The words without which no type has a thread, or an object that keeps one: that of the type of threads, and the names of the types whose text has it.</summary>
    private static WordSet Names(Compilation compilation, CancellationToken cancellation) => new(
        [.. from tree in compilation.SyntaxTrees
            from word in Words.In(tree.GetRoot(cancellation), nameof(KnownType.Thread), cancellation)
            from name in word.Parent!.Ancestors().OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.ValueText).Append(nameof(KnownType.Thread))
            group name by name into named
            select named.Key]);

    /// <summary>The threads whose faulty end is the type's: it has the member that should wait, or the field without such a member.</summary>
    private static IEnumerable<OwnedThread> Of(INamedTypeSymbol type, Compilation compilation, KnownTypes types, CancellationToken cancellation) =>
        type.TypeKind is not (TypeKind.Class or TypeKind.Struct) ? [] : Keepers(type)
            .SelectMany(keeper => keeper.GetMembers())
            .Where(member => member is { IsImplicitlyDeclared: false } && ThreadMembers.Carries(Values.TypeOf(member), types) && (member is IFieldSymbol || member is IPropertySymbol { IsVirtual: false, IsOverride: false, IsAbstract: false } property && Values.IsStored(property)))
            .Select(member => Of(member, compilation, types, cancellation)).OfType<OwnedThread>()
            .Where(thread => SymbolEqualityComparer.Default.Equals((thread.Stop ?? thread.Member).ContainingType, type));

    /// <summary>The type, those nested in it, and those of the source that its fields hold: objects that stand for one worker each.</summary>
    private static IEnumerable<INamedTypeSymbol> Keepers(INamedTypeSymbol type) => type.GetMembers().OfType<IFieldSymbol>()
        .SelectMany(field => field.Type switch
        {
            IArrayTypeSymbol { ElementType: INamedTypeSymbol element } => [element],
            INamedTypeSymbol { TypeArguments: { IsEmpty: false } arguments } => arguments.OfType<INamedTypeSymbol>(),
            INamedTypeSymbol named => [named],
            _ => Enumerable.Empty<INamedTypeSymbol>(),
        })
        .Concat(type.GetTypeMembers()).Prepend(type).Select(keeper => keeper.OriginalDefinition)
        .Where(keeper => keeper.TypeKind is TypeKind.Class or TypeKind.Struct && SymbolEqualityComparer.Default.Equals(keeper.ContainingAssembly, type.ContainingAssembly))
        .Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default);

    private static OwnedThread? Of(ISymbol member, Compilation compilation, KnownTypes types, CancellationToken cancellation)
    {
        if (MemberUses.Of(member, compilation, cancellation) is not { Count: > 0 } uses)
            return null;
        var life = ThreadLife.Of(member, uses, types);
        if (life.Leaves || life.IsAsked || life.Joins.Count > 0)
            return null;
        var users = Users(member, uses, cancellation);
        // A thread may be made, described and started in a local, on its way into the field.
        var origins = users.SelectMany(user => Creations(user, compilation, cancellation)).SelectMany(creation => ThreadOrigin.Of(creation, types, cancellation))
            .Where(origin => origin.Life.Owners.Contains(member, SymbolEqualityComparer.Default)).ToList();
        if (origins.Count == 0 || origins.Any(origin => origin.Life.Leaves || origin.Life.IsAsked || origin.Life.Joins.Count > 0 || origin.Work.Code is not { Method.IsAsync: false, Body: not null }) || origins.All(origin => origin.Life.Starts.Count == 0))
            return null;
        var works = origins.Select(origin => origin.Work).ToList();
        var isForeground = origins.All(origin => origin.IsForeground(types));
        if (!isForeground && !origins.All(origin => origin.IsBackground(types))
            || works.Any(work => work.IsEndless(types) || work.IsWatched(types) || work.IsNeverStopped(types, cancellation)))
            return null;

        var stops = Stops(member, users, compilation, cancellation);
        if (works.Any(work => Calls(work.Code!.Body!, stops)) || stops.Any(stop => FreesWhatIsUsed(stop, works, uses[0], types)))
            return null;
        // An abstract or partial declaration without a body says nothing about what a stop does.
        var stop = stops.FirstOrDefault(stop => !stop.IsAbstract && stop.IsStatic == member.IsStatic && stop.Locations[0].IsInSource);
        return stop is not null ? isForeground ? new OwnedThread(ThreadFault.OwnedNotJoined, member, works[0], stop)
                : works.Any(work => UsesOwner(work.Code!.Body!, member)) ? new OwnedThread(ThreadFault.OwnedBackgroundNotJoined, member, works[0], stop) : null
            : isForeground && !member.IsStatic && stops.Count == 0 && !users.Any(InheritsStop) && works.Any(work => work.IsLasting(types)) ? new OwnedThread(ThreadFault.OwnedNeverStopped, member, works[0], null)
            : null;
    }

    /// <summary>The types whose code names the member: its own first.</summary>
    private static List<INamedTypeSymbol> Users(ISymbol member, IReadOnlyList<IOperation> uses, CancellationToken cancellation)
    {
        var users = new List<INamedTypeSymbol> { member.ContainingType };
        foreach (var use in uses)
            if (use.SemanticModel?.GetEnclosingSymbol(use.Syntax.SpanStart, cancellation)?.ContainingType is { } user && !users.Contains(user, SymbolEqualityComparer.Default))
                users.Add(user);
        return users;
    }

    private static IEnumerable<IObjectCreationOperation> Creations(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        foreach (var reference in type.DeclaringSyntaxReferences)
            foreach (var creation in reference.GetSyntax(cancellation).DescendantNodes(node => node is not BaseTypeDeclarationSyntax || node == reference.GetSyntax(cancellation)).OfType<BaseObjectCreationExpressionSyntax>())
                if (Models.Of(creation.SyntaxTree, compilation).GetOperation(creation, cancellation) is IObjectCreationOperation operation)
                    yield return operation;
    }

    /// <summary>
    /// The members that end the work of the owner, or of an object that works with it; what only stops comes before what also
    /// disposes, and what a base leaves to its derived types when it is stopped comes last.
    /// </summary>
    private static List<IMethodSymbol> Stops(ISymbol member, List<INamedTypeSymbol> users, Compilation compilation, CancellationToken cancellation) => users
        .Concat(Outer(member.ContainingType))
        .SelectMany(user => user.GetMembers().OfType<IMethodSymbol>().Where(StopMembers.IsStop).OrderBy(StopMembers.Rank))
        .Concat(member.ContainingType.GetMembers().OfType<IMethodSymbol>().Where(method => method.IsOverride && StopPart.Is(method, compilation, cancellation)))
        .Distinct<IMethodSymbol>(SymbolEqualityComparer.Default).ToList();

    /// <summary>Whether a base can be stopped, and may have the type stopped with it.</summary>
    private static bool InheritsStop(INamedTypeSymbol type)
    {
        for (var up = type.BaseType; up is not null; up = up.BaseType)
            if (up.TypeKind == TypeKind.Error || up.GetMembers().OfType<IMethodSymbol>().Any(StopMembers.IsStop))
                return true;
        return type.TypeKind == TypeKind.Error;
    }

    private static IEnumerable<INamedTypeSymbol> Outer(INamedTypeSymbol type)
    {
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
            yield return outer;
    }

    /// <summary>Whether the thread stops its own object: then a join there would wait for itself.</summary>
    private static bool Calls(IOperation body, List<IMethodSymbol> stops) => Reach.Operations(body).OfType<IInvocationOperation>()
        .Any(call => stops.Contains(call.TargetMethod.OriginalDefinition, SymbolEqualityComparer.Default));

    /// <summary>Whether the member takes away what the thread uses: that is a fault of its own, worse than not to wait.</summary>
    private static bool FreesWhatIsUsed(IMethodSymbol stop, List<ThreadWork> works, IOperation near, KnownTypes types)
    {
        if (near.SemanticModel is not { } model || Flow.Work.BodyOf(stop, model) is not { } body)
            return false;
        var used = works.Select(work => WorkMemory.Of(work.Code!.Body!).Used).ToList();
        return body.OwnOperations().Any(operation => operation is IFieldReferenceOperation { Field: { } field } && used.Any(memory => memory.ContainsKey(field.OriginalDefinition))
            && TimedWait.TakesAway(operation, types) && !works.All(work => TimedWait.IsOnlyAsked(field.OriginalDefinition, work.Code!.Body!, types)));
    }

    private static bool UsesOwner(IOperation body, ISymbol member) => Reach.Operations(body).OfType<IMemberReferenceOperation>()
        .Any(use => use.Member is IFieldSymbol { IsConst: false } or IPropertySymbol && SymbolEqualityComparer.Default.Equals(use.Member.ContainingType.OriginalDefinition, member.ContainingType));
}
