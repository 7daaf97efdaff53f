using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>The facts of one source text: every body in it is walked once.</summary>
internal sealed class TextWalk
{
    private readonly SemanticModel model;
    private readonly KnownTypes types;
    private readonly CancellationToken cancellation;
    private readonly Text text;
    private readonly Names names;
    private readonly ImmutableArray<BodyFacts>.Builder bodies = ImmutableArray.CreateBuilder<BodyFacts>();
    private readonly ImmutableArray<NamelessLock>.Builder nameless = ImmutableArray.CreateBuilder<NamelessLock>();
    private readonly ImmutableArray<TypeFacts>.Builder declared = ImmutableArray.CreateBuilder<TypeFacts>();

    private TextWalk(SemanticModel model, KnownTypes types, CancellationToken cancellation)
    {
        this.model = model;
        this.types = types;
        this.cancellation = cancellation;
        text = new Text(model.SyntaxTree.FilePath);
        names = new Names(text, types);
    }

    /// <summary>Walks a text.</summary>
    /// <exception cref="OperationCanceledException">Asked for in the middle of a body at the latest.</exception>
    public static TextFacts Of(SemanticModel model, KnownTypes types, CancellationToken cancellation)
    {
        var walk = new TextWalk(model, types, cancellation);
        var root = model.SyntaxTree.GetRoot(cancellation);
        if (root is CompilationUnitSyntax unit && unit.Members.Any(member => member is GlobalStatementSyntax)
            && model.GetDeclaredSymbol(unit, cancellation) is IMethodSymbol program)
            walk.Member(program, BodyKind.Program, unit);
        foreach (var node in root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax))
            walk.Declaration(node);
        return new TextFacts(walk.text, walk.bodies.ToImmutable(), walk.declared.ToImmutable(), walk.nameless.ToImmutable());
    }

    /// <summary>Looks whether the locks that a member's contracts name are there.</summary>
    private void Contract(MemberDeclarationSyntax member)
    {
        foreach (var attribute in member.AttributeLists.SelectMany(list => list.Attributes))
            if (Contracts.NamesLock((attribute.Name as QualifiedNameSyntax)?.Right.Identifier.ValueText ?? attribute.Name.ToString())
                && attribute.ArgumentList?.Arguments is [{ Expression: var written }, ..]
                && model.GetConstantValue(written, cancellation) is { HasValue: true, Value: string name } && !Contracts.IsSelf(name)
                && model.GetEnclosingSymbol(member.SpanStart, cancellation) is var scope
                && Contracts.Lock(scope as INamedTypeSymbol ?? scope?.ContainingType, name) is null)
                nameless.Add(new NamelessLock(name, new Site(text, written.SpanStart, written.Span.Length)));
    }

    private void Declaration(SyntaxNode node)
    {
        if (node is MemberDeclarationSyntax { AttributeLists.Count: > 0 } member and not BaseTypeDeclarationSyntax)
            Contract(member);
        switch (node)
        {
            case TypeDeclarationSyntax type when model.GetDeclaredSymbol(type, cancellation) is { } symbol:
                Type(symbol);
                Initializers(symbol, type);
                break;
            case BaseMethodDeclarationSyntax method when model.GetDeclaredSymbol(method, cancellation) is { } symbol && (method.Body is not null || method.ExpressionBody is not null):
                Member(symbol, Kind(symbol), method);
                break;
            case BasePropertyDeclarationSyntax property:
                foreach (var accessor in property.AccessorList?.Accessors ?? default)
                    if ((accessor.Body is not null || accessor.ExpressionBody is not null) && model.GetDeclaredSymbol(accessor, cancellation) is { } symbol)
                        Member(symbol, BodyKind.Accessor, accessor);
                var arrow = (property as PropertyDeclarationSyntax)?.ExpressionBody ?? (property as IndexerDeclarationSyntax)?.ExpressionBody;
                if (arrow is not null && model.GetDeclaredSymbol(property, cancellation) is IPropertySymbol { GetMethod: { } getter })
                    Member(getter, BodyKind.Accessor, arrow);
                break;
        }
    }

    private void Type(INamedTypeSymbol type)
    {
        var bases = new List<string>();
        for (var current = type.BaseType; current is not null; current = current.BaseType)
            bases.Add(names.Id(current));
        bases.AddRange(type.AllInterfaces.Select(names.Id));
        declared.Add(new TypeFacts(names.Id(type), type.Name, bases.ToImmutableArray(), AffinityOf(type)));
    }

    /// <summary>Field and property initialisers, as the first statements of construction; of a primary constructor they are the body.</summary>
    private void Initializers(INamedTypeSymbol type, TypeDeclarationSyntax syntax)
    {
        foreach (var isStatic in new[] { false, true })
        {
            var operations = new List<(ISymbol Symbol, IOperation Value, SyntaxNode Syntax)>();
            foreach (var member in syntax.Members)
            {
                if (member is BaseFieldDeclarationSyntax fields)
                {
                    foreach (var variable in fields.Declaration.Variables)
                        Add(model.GetDeclaredSymbol(variable, cancellation), variable.Initializer);
                }
                else if (member is PropertyDeclarationSyntax { Initializer: { } initializer } property)
                {
                    Add(model.GetDeclaredSymbol(property, cancellation), initializer);
                }
            }
            var primary = isStatic || syntax.ParameterList is null ? null : type.InstanceConstructors.FirstOrDefault(constructor => constructor.DeclaringSyntaxReferences.Any(reference => reference.Span == syntax.Span && reference.SyntaxTree == syntax.SyntaxTree));
            if (operations is [] && primary is null)
                continue;

            var id = primary is not null ? names.Id(primary) : $"{names.Id(type)}#{(isStatic ? "static" : "instance")}@{syntax.SpanStart}";
            var captures = new Captures(operations.Select(operation => operation.Value), cancellation);
            var walk = new BodyWalk(type, null, captures, names, types, text, id, cancellation);
            Guarded(walk, () =>
            {
                foreach (var parameter in primary?.Parameters ?? ImmutableArray<IParameterSymbol>.Empty)
                    Primary(parameter, type, walk.Recorder, syntax);
                foreach (var (symbol, value, place) in operations)
                    walk.Recorder.Store(walk.Memory.Member(Path.This, symbol), walk.Visit(value), place);
            }, out var opaque);
            Finish(walk, id, "initializer", isStatic ? BodyKind.StaticConstructor : BodyKind.Constructor, names.Id(type), null, isStatic, false, false, primary?.Parameters.Length ?? 0, [], AffinityOf(type), opaque, syntax.Identifier.GetLocation().SourceSpan);

            void Add(ISymbol? symbol, EqualsValueClauseSyntax? initializer)
            {
                if (initializer is not null && symbol is not null && symbol.IsStatic == isStatic
                    && model.GetOperation(initializer, cancellation) is ISymbolInitializerOperation operation)
                    operations.Add((symbol, operation.Value, initializer));
            }
        }
    }

    /// <summary>What the parameter of a primary constructor fills: the field that it is itself, and the property of a record.</summary>
    private void Primary(IParameterSymbol parameter, INamedTypeSymbol type, Recorder recorder, SyntaxNode syntax)
    {
        recorder.Store(Path.This.Then(names.Primary(parameter)), Path.Parameter(parameter.Ordinal), syntax);
        if (type.IsRecord)
            foreach (var property in type.GetMembers(parameter.Name).OfType<IPropertySymbol>().Where(names.IsMemory))
                recorder.Store(Path.This.Then(names.Id(property)), Path.Parameter(parameter.Ordinal), syntax);
    }

    private void Member(IMethodSymbol method, BodyKind kind, SyntaxNode syntax)
    {
        if (model.GetOperation(syntax, cancellation) is not { } operation)
            return;
        var captures = new Captures([operation], cancellation);
        var id = names.Id(method);
        Body(method, method, null, kind, id, operation, captures, null);
    }

    private void Body(IMethodSymbol member, IMethodSymbol function, IMethodSymbol? nested, BodyKind kind, string id, IOperation operation, Captures captures, string? outer)
    {
        var walk = new BodyWalk(member, nested, captures, names, types, text, id, cancellation);
        Guarded(walk, () =>
        {
            foreach (var parameter in function.Parameters)
                walk.Memory.Bind(parameter, Path.Parameter(parameter.Ordinal), operation.Syntax);
            if (nested is null)
                walk.Obligations.Begin(member);
            var isSynchronized = nested is null && MonitorLocks.IsSynchronized(member);
            if (isSynchronized)
                walk.Locking.Begin(member, operation.Syntax);
            switch (operation)
            {
                case IConstructorBodyOperation constructor:
                    walk.Visit(constructor.Initializer);
                    walk.Visit(constructor.BlockBody ?? constructor.ExpressionBody);
                    break;
                case IMethodBodyBaseOperation body:
                    walk.Visit(body.BlockBody ?? body.ExpressionBody);
                    break;
                default:
                    walk.Visit(operation);
                    break;
            }
            walk.Exits.End();
            if (isSynchronized)
                walk.Exits.GiveBack(LockSet.Empty, exit: null);
        }, out var opaque);

        // What only derived types call is judged in them.
        var isCallable = nested is null && (member.DeclaredAccessibility is not (Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal) || member.ExplicitInterfaceImplementations.Length > 0)
            && !Hosts.IsRunAlone(member);
        Finish(walk, id, nested is null ? NameOf(member) : nested.MethodKind == MethodKind.LocalFunction ? nested.Name : "lambda", kind, names.Id(member.ContainingType), outer,
            function.IsStatic, isCallable, function.IsAsync, function.Parameters.Length, Overridden(member, nested), AffinityOf(member.ContainingType), opaque, function.Locations.FirstOrDefault()?.SourceSpan ?? operation.Syntax.Span,
            nested is null && IsInternal(member));

        foreach (var inner in walk.Nested)
        {
            var (symbol, block) = inner switch
            {
                IAnonymousFunctionOperation lambda => (lambda.Symbol, lambda.Body),
                ILocalFunctionOperation local => (local.Symbol, local.Body),
                _ => (null, null),
            };
            if (symbol is not null && block is not null)
                Body(member, symbol, symbol, BodyKind.Lambda, names.Id(symbol), block, captures, id);
        }
    }

    private void Guarded(BodyWalk walk, Action visit, out bool opaque)
    {
        opaque = false;
        try
        {
            visit();
        }
        catch (InsufficientExecutionStackException)
        {
            opaque = true;
            walk.Nested.Clear();
        }
    }

    private void Finish(BodyWalk walk, string id, string name, BodyKind kind, string type, string? outer, bool isStatic, bool isCallable, bool isAsync, int parameters,
        IEnumerable<string> overrides, Affinity affinity, bool opaque, Microsoft.CodeAnalysis.Text.TextSpan span, bool isInternal = false)
    {
        var region = walk.Recorder.Region.SelfAndOuter().Last();
        walk.Calls.HandOn(walk.Exits.Returned);
        bodies.Add(new BodyFacts
        {
            Id = id, Name = name, Kind = kind, Type = type, Outer = outer, IsStatic = isStatic, IsCallable = isCallable, IsInternal = isInternal, IsAsync = isAsync,
            IsDeferred = isAsync || walk.Recorder.Events.Any(@event => @event is Call { Completion: Completion.HandedOn }), Parameters = parameters,
            Overrides = overrides.ToImmutableArray(), Affinity = affinity, IsOpaque = opaque, Region = region, Site = new Site(text, span.Start, span.Length),
            Events = opaque ? ImmutableArray<Event>.Empty : walk.Recorder.Events.ToImmutable(),
            Allocations = walk.Allocations.ToImmutable(), Aliases = walk.Aliases.ToImmutable(), Declared = walk.Declared.ToImmutable(),
            Returned = walk.Exits.Returned, Lent = walk.Lent.ToImmutableArray(),
            Hosting = walk.Function is null && walk.Member is IMethodSymbol member ? Hosts.Of(member, types) : Hosting.None,
            Acquired = walk.Obligations.Taken(walk.Exits.State?.Locks ?? LockSet.Empty),
            NamesSchedulers = walk.Calls.Tasks.NamesSchedulers,
            TakesByCall = walk.Locking.IsByCall,
            Required = walk.Obligations.Required.ToImmutableArray(),
            Released = walk.Locking.Released.ToImmutableArray(),
        });
    }

    private IEnumerable<string> Overridden(IMethodSymbol method, IMethodSymbol? nested)
    {
        if (nested is not null || method.IsStatic)
            yield break;
        for (var current = method.OverriddenMethod; current is not null; current = current.OverriddenMethod)
            yield return names.Id(current);
        if (method.DeclaredAccessibility != Accessibility.Public && method.ExplicitInterfaceImplementations.IsEmpty)
            yield break;
        foreach (var contract in method.ContainingType.AllInterfaces.Where(contract => contract.Locations.Any(location => location.IsInSource)))
            foreach (var candidate in (method.ExplicitInterfaceImplementations.IsEmpty ? contract.GetMembers(method.Name) : contract.GetMembers()).OfType<IMethodSymbol>())
                if (SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(candidate), method))
                    yield return names.Id(candidate);
    }

    /// <summary>Whether only code of the program calls the member: nobody outside can name it, be it by a base or an interface of his.</summary>
    private static bool IsInternal(IMethodSymbol method)
    {
        if (method.IsVisibleOutside() || !method.ExplicitInterfaceImplementations.IsEmpty)
            return false;
        for (var current = method.OverriddenMethod; current is not null; current = current.OverriddenMethod)
            if (!Calls.InSource(current))
                return false;
        return !method.ContainingType.AllInterfaces.Any(contract => !Calls.InSource(contract) && contract.GetMembers(method.Name).Any(member =>
            SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method)));
    }

    private Affinity AffinityOf(INamedTypeSymbol type) =>
        types.Is(type, KnownType.UserInterfaceObject) || Contexts.IsUnresolvedUserInterface(type) ? Affinity.UserInterface
        : Contexts.IsOfLibrary(type) ? Affinity.Library : Affinity.Any;

    private static BodyKind Kind(IMethodSymbol method) => method.MethodKind switch
    {
        MethodKind.Constructor => BodyKind.Constructor,
        MethodKind.StaticConstructor => BodyKind.StaticConstructor,
        MethodKind.Destructor => BodyKind.Finalizer,
        _ => BodyKind.Method,
    };

    private static string NameOf(IMethodSymbol method) => method switch
    {
        { AssociatedSymbol: { } property } => property.Name,
        { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } => method.ContainingType.Name,
        _ when Contexts.IsProgram(method) => "the program",
        _ => method.Name,
    };
}
