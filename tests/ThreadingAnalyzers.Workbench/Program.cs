Console.WriteLine(ThreadingAnalyzers.Workbench.Catalogue.Rules.Length);
