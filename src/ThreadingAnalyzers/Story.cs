using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Concurrency.Verdicts;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers;

/// <summary>
/// How a finding of the engine is told: a message that names both threads and both places, since an error list shows nothing
/// else, and further locations in a fixed order: the other use, where the two threads were started, the calls on the way.
/// </summary>
internal sealed class Story(ProgramModel program, Finding finding)
{
    /// <summary>The property that carries the lock which guards the memory elsewhere, as code of the memory's own type writes it.</summary>
    public const string GuardProperty = "guard";

    /// <summary>The property that carries the documentation id of the guard, where it is a field or property.</summary>
    public const string GuardIdProperty = "guardId";

    /// <summary>
    /// The diagnostic. Its message may use {0} the memory, {1} what is done to it by whom, here and elsewhere, {2} what is done
    /// here, {3} the lock that guards it elsewhere, {4} where that is, {5} how to lock, or to test,
    /// {6} the lock held here, {7} how to lock or else to update at once, {8} who runs the code here, {9} who else changes the
    /// memory, and where, {10} what is wrong about a contract,
    /// {11} the bound that was reached.
    /// </summary>
    public Diagnostic Tell(DiagnosticDescriptor descriptor)
    {
        var here = program.Locate(finding.Primary.Site);
        var further = new[] { finding.Other.Site }
            .Concat(new[] { finding.PrimaryThread, finding.OtherThread }.OfType<Spawned>().Select(thread => thread.Site))
            .Concat(Calls(finding.Primary.Chain)).Concat(Calls(finding.Other.Chain))
            .Distinct().Select(program.Locate).OfType<Location>().Where(location => location != here);
        return Diagnostic.Create(descriptor, here, further, Properties(),
            Name(), Clause(), Verb(finding.Primary), Quoted(finding.Guard), Place(finding.Other.Site), Remedy(),
            Quoted(finding.Primary.Locks.Locks.Select(held => held.Lock).FirstOrDefault()), IsHeldThere ? Remedy() : $"use Interlocked or {Remedy()}",
            finding.PrimaryThread is { } runs ? $"by {Means(runs)}" : finding.Primary.Has(AccessKind.OffInterface) ? "after the code has left that thread" : "here", Changer(), Breach(), finding.Memory.Name);
    }

    /// <summary>What is wrong about a contract: it is broken here, or it names no lock.</summary>
    private string Breach() => finding.Guard is null
        ? "is no member of this type, so the contract guards nothing: name the field that is the lock"
        : $"is used {(finding.PrimaryThread is { } thread ? $"by {Means(thread)}" : "here")} without {Quoted(finding.Guard)}, which its contract wants to be held: hold it here";

    /// <summary>Who changes the memory beside the use here: "the thread started at … may set it to null at …".</summary>
    private string Changer()
    {
        var who = finding.OtherThread is { } thread ? Means(thread) : finding.Frame.Length > 0 ? "the code that starts it" : $"any caller of '{Member(finding.Other.Site)}'";
        return $"{who} may {(finding.Other.Has(AccessKind.Null) ? "set it to null" : "replace it")} at {Place(finding.Other.Site)}";
    }

    private ImmutableDictionary<string, string?> Properties()
    {
        var properties = ImmutableDictionary<string, string?>.Empty;
        // Other roots have a name in their own body only.
        if (finding.Guard is not ({ Depth: 1, Root: Root.This or Root.Static } or { IsRoot: true, Root: Root.Local }))
            return properties;
        properties = properties.Add(GuardProperty, Shown(finding.Guard));
        return finding.Guard.IsRoot ? properties : properties.Add(GuardIdProperty, finding.Guard.Name);
    }

    private static IEnumerable<Site> Calls(Chain? chain)
    {
        for (; chain is not null; chain = chain.Inner)
            yield return chain.Call;
    }

    /// <summary>Whether the other use holds a lock that can be named, and this one none.</summary>
    private bool IsHeldThere => finding.Guard is { Root: Root.This or Root.Static or Root.Local } && finding.Primary.Locks.IsEmpty;

    private string Remedy() => finding.Defect == Defect.RereadField ? finding.Guard is null || finding.Primary.Locks.IsEmpty ? "copy it to a local and test that" : $"test it again under {Quoted(finding.Guard)}"
        : IsHeldThere
        ? $"hold '{Shown(finding.Guard)}' here too"
        : "hold one lock around both";

    /// <summary>The memory as the user knows it: by its path, or as it is written where the path begins at an object without a name.</summary>
    private string Name() => finding.Defect == Defect.EngineLimit ? Declared() : finding.Primary.Has(AccessKind.Required | AccessKind.Affine) ? Used() : finding.Memory.Root is Root.This or Root.Static or Root.Local && finding.Memory.Name != Path.Element
        ? Shown(finding.Memory)
        : program.Locate(finding.Primary.Site) is { SourceTree: { } tree, SourceSpan: var span } ? Written(tree.GetRoot().FindNode(span, getInnermostNodeForTie: true)) : Shown(finding.Memory);

    /// <summary>The member or object that a note is about: what has a contract, or the control.</summary>
    private string Used() => finding.Memory is { Root: Root.Result, IsRoot: true } ? finding.Memory.Name
        : program.Locate(finding.Primary.Site) is { SourceTree: { } tree, SourceSpan: var span } ? Member(tree.GetRoot().FindNode(span, getInnermostNodeForTie: true)) : Shown(finding.Memory);

    /// <summary>The name in the declaration that the finding is about.</summary>
    private string Declared() => program.Locate(finding.Primary.Site) is { SourceTree: { } tree, SourceSpan: var span } && tree.GetText().ToString(span) is var name && SyntaxFacts.IsValidIdentifier(name) ? name : "This code";

    private string Member(SyntaxNode use) => use switch
    {
        ArgumentSyntax argument => Member(argument.Expression),
        InvocationExpressionSyntax call => Member(call.Expression),
        MemberAccessExpressionSyntax { Expression: not (ThisExpressionSyntax or BaseExpressionSyntax) and var owner } when finding.Primary.Has(AccessKind.Affine) => owner.ToString(),
        MemberAccessExpressionSyntax access => access.Name.ToString(),
        _ => use.ToString().Split('\n')[0].Trim(),
    };

    private string Written(SyntaxNode use) => use switch
    {
        MemberAccessExpressionSyntax { Expression: var receiver } when finding.Primary.Has(AccessKind.Deferred) => receiver.ToString(),
        ArgumentSyntax argument => argument.Expression.ToString(),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var receiver } } => receiver.ToString(),
        _ => use.ToString().Split('\n')[0].Trim(),
    };

    // An object without a name of its own is told by what it is.
    private static string Quoted(Path? path) => path is { Name: Path.Element } ? "a lock on it" : path?.Root is Root.This or Root.Static or Root.Local ? $"'{Shown(path)}'" : "a lock of its own";

    private static string Shown(Path? path) => path is null ? "a lock" : path.ToString().StartsWith("this.", StringComparison.Ordinal) ? path.ToString().Substring("this.".Length) : path.ToString();

    /// <summary>"is updated by … and read by … at …"</summary>
    private string Clause()
    {
        if (finding.Defect == Defect.PublishedInDoubleCheck)
            return $"is tested before the lock, and set here before all that it stands for is in place at {Place(finding.Other.Site)}: finish that first and set '{Name()}' last";
        var (here, there, place) = (Verb(finding.Primary), Verb(finding.Other), Place(finding.Other.Site));
        var also = here == there ? "" : there + " ";
        var same = finding.Other.Site == finding.Primary.Site;
        return (finding.PrimaryThread, finding.OtherThread) switch
        {
            ({ Kind: SpawnKind.Request } one, { Kind: SpawnKind.Request } other) => same
                ? $"is {here} by several {Requests(one)} at once"
                : $"is {here} by {Requests(one)} and {also}by {Requests(other)} at {place}, all at once",
            (null, null) => $"is {here} here and {also}at {place}",
            ({ } thread, { } other) when ReferenceEquals(thread, other) => same
                ? $"is {here} by several {Runs(thread)} at once"
                : $"is {here} by one {Run(thread)} and {also}by another at {place}",
            ({ } thread, { } other) when same => $"is {here} by {Means(thread)} and by {Means(other)}",
            var (thread, other) => $"is {here} {Who(thread, finding.Primary.Site, isHere: true)} and {also}{Who(other, finding.Other.Site, isHere: false)} at {place}",
        };
    }

    private string Who(Spawned? thread, Site site, bool isHere) => thread is not null ? $"by {Means(thread)}"
        : finding.Frame.Length > 0 ? isHere ? "here" : "by the code that starts it"
        : $"by any caller of '{Member(site)}'";

    /// <summary>What a user calls the member that a place is in.</summary>
    private string Member(Site site) => program.Locate(site) is { SourceTree: { } tree, SourceSpan: var span }
        ? tree.GetRoot().FindNode(span).FirstAncestorOrSelf<MemberDeclarationSyntax>() switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            PropertyDeclarationSyntax property => property.Identifier.ValueText,
            EventDeclarationSyntax @event => @event.Identifier.ValueText,
            IndexerDeclarationSyntax => "this[]",
            ConstructorDeclarationSyntax constructor => constructor.Identifier.ValueText,
            OperatorDeclarationSyntax @operator => "operator " + @operator.OperatorToken.ValueText,
            _ => "the program",
        }
        : "the program";

    private string Means(Spawned thread) => $"the {Noun(thread.Kind)} {(thread.Kind switch { SpawnKind.Event => "attached", SpawnKind.Callback => "given", _ => "started" })} at {Started(thread)}";

    private static string Requests(Spawned thread) => IsName(thread.Target) ? $"calls of '{thread.Target}'" : "requests";

    private string Run(Spawned thread) => thread.Kind is SpawnKind.Parallel or SpawnKind.Timer ? $"{Round(thread.Kind)} of {Means(thread)}" : $"of the {Noun(thread.Kind)}s started at {Started(thread)}";

    private string Runs(Spawned thread) => thread.Kind is SpawnKind.Parallel or SpawnKind.Timer ? $"{Round(thread.Kind)}s of {Means(thread)}" : $"{Noun(thread.Kind)}s started at {Started(thread)}";

    // A lambda's name would say nothing.
    private string Started(Spawned thread) => IsName(thread.Target) ? $"{Place(thread.Site)} ('{thread.Target}')" : Place(thread.Site);

    private static bool IsName(string target) => target != "lambda" && SyntaxFacts.IsValidIdentifier(target);

    private string Place(Site site) => program.Locate(site) is { IsInSource: true } location
        ? $"{System.IO.Path.GetFileName(site.Text.Path)}:{location.Line().ToString(CultureInfo.InvariantCulture)}"
        : "another file";

    private static string Round(SpawnKind kind) => kind is SpawnKind.Parallel ? "iteration" : "callback";

    private static string Noun(SpawnKind kind) => kind switch
    {
        SpawnKind.Thread => "thread",
        SpawnKind.Task => "task",
        SpawnKind.Pool => "work item",
        SpawnKind.Parallel => "parallel loop",
        SpawnKind.Timer => "timer",
        SpawnKind.Continuation => "continuation",
        SpawnKind.Worker => "worker",
        SpawnKind.Event => "event handler",
        SpawnKind.Sequence => "async lambda",
        SpawnKind.Service => "background service",
        SpawnKind.Callback => "callback",
        _ => "call",
    };

    private static string Verb(Access access) => access switch
    {
        _ when access.Has(AccessKind.Service) => "used",
        _ when access.Has(AccessKind.Content) => access.IsWrite ? "changed" : access.Has(AccessKind.Enumeration) ? "enumerated" : "read",
        _ when access.Has(AccessKind.Update) => "updated",
        _ when access.IsWrite => "written",
        _ => "read",
    };
}
