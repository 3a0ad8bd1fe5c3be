function _lvstui_completion
    set -l word (commandline -ct)
    set -l option (string match -r -- '^--[^=]*=' $word)
    for line in (env _LVSTUI_COMPLETE=fish_complete COMP_WORDS=(commandline -cp) COMP_CWORD="$word" lvstui)
        set -l answer (string split -m 1 , -- $line)
        switch $answer[1]
            case dir
                __fish_complete_directories $answer[2]
            case file
                __fish_complete_path $answer[2]
            case plain
                echo "$option$answer[2]"
        end
    end
end

complete --no-files --command lvstui --arguments "(_lvstui_completion)"
