using Tutorial;

(string Name, string Teaches, Action Run)[] lessons =
[
    ("square-and-cube", "start threads with arguments and wait for them", SquareAndCube.Run),
    ("names-and-process", "tell threads apart, and the process from its threads", NamesAndProcess.Run),
    ("pool-of-two-workers", "reuse a fixed number of threads, and shut them down", PoolOfTwoWorkers.Run),
    ("background-and-foreground", "decide which threads keep the process alive", BackgroundAndForeground.Run),
    ("shared-globals-own-locals", "know what threads share and what is their own", SharedGlobalsOwnLocals.Run),
    ("synchronisation", "share without a race: lock, Interlocked, a concurrent collection", Synchronisation.Run),
    ("deadlock-avoided", "take two locks always in the same order", DeadlockAvoided.Run),
    ("how-many-threads", "choose the number by what the threads do", HowManyThreads.Run),
];

if (args is [] or ["--help" or "-h"])
{
    Console.WriteLine("Run a lesson with: dotnet run --project samples/Tutorial -- <lesson>");
    foreach (var (name, teaches, _) in lessons)
        Console.WriteLine($"  {name,-27}{teaches}");
    return 0;
}

if (args is not [var wanted] || lessons.FirstOrDefault(lesson => lesson.Name == wanted).Run is not { } run)
{
    Console.Error.WriteLine($"'{string.Join(' ', args)}' is not a lesson; there are {string.Join(", ", lessons.Select(lesson => lesson.Name))}");
    return 2;
}

run();
return 0;
