using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers.Workbench;

/// <summary>What the arguments of several verbs have in common.</summary>
internal static class Arguments
{
    /// <summary>One or more folders or projects that exist.</summary>
    public static Argument<string[]> Paths()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Folders with projects in them, or csproj files.", Arity = ArgumentArity.OneOrMore };
        paths.Validators.Add(MustBeCode);
        return paths;
    }

    /// <summary>Refuses what is neither a folder nor a project that exists.</summary>
    public static void MustBeCode(SymbolResult result)
    {
        foreach (var token in result.Tokens)
            if (!Directory.Exists(token.Value) && !token.Value.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase))
                result.AddError($"'{token.Value}' is no folder and no csproj: give the folder of a repository.");
            else if (!Directory.Exists(token.Value) && !File.Exists(token.Value))
                result.AddError($"'{token.Value}' does not exist: look at the path, it is taken from {Environment.CurrentDirectory}.");
    }

    /// <summary>Some rules instead of all.</summary>
    public static Option<string[]> Rules()
    {
        var rules = new Option<string[]>("--rule") { Description = "Only this rule, such as THR4002; may be given several times.", HelpName = "ID" };
        rules.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (Catalogue.Rule(token.Value) is null)
                    result.AddError($"'{token.Value}' is no rule: give one of {string.Join(", ", Catalogue.Rules.Select(rule => rule.Descriptor().Id))}.");
        });
        return rules;
    }

    /// <summary>The rules that were asked for, or all.</summary>
    public static ImmutableArray<Rule> Chosen(string[]? ids) =>
        [.. Catalogue.Rules.Where(rule => ids is null or [] || ids.Contains(rule.Descriptor().Id))];

    /// <summary>Refuses files that do not exist.</summary>
    public static void MustExist(OptionResult result)
    {
        foreach (var token in result.Tokens)
            if (!File.Exists(token.Value))
                result.AddError($"'{token.Value}' does not exist: make it first with --save.");
    }
}
