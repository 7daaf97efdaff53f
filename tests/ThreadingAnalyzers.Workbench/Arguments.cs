using System.CommandLine;
using System.CommandLine.Parsing;

namespace ThreadingAnalyzers.Workbench;

/// <summary>What the arguments of several verbs have in common.</summary>
internal static class Arguments
{
    /// <summary>One or more folders or projects that exist.</summary>
    public static Argument<string[]> Paths()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Folders with projects in them, or csproj files.", Arity = ArgumentArity.OneOrMore };
        paths.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!Directory.Exists(token.Value) && !token.Value.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase))
                    result.AddError($"'{token.Value}' is no folder and no csproj: give the folder of a repository.");
                else if (!Directory.Exists(token.Value) && !File.Exists(token.Value))
                    result.AddError($"'{token.Value}' does not exist: look at the path, it is taken from {Environment.CurrentDirectory}.");
        });
        return paths;
    }

    /// <summary>Refuses files that do not exist.</summary>
    public static void MustExist(OptionResult result)
    {
        foreach (var token in result.Tokens)
            if (!File.Exists(token.Value))
                result.AddError($"'{token.Value}' does not exist: make it first with --save.");
    }
}
